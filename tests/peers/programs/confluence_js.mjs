// confluence.js against a Confluence: its schemas check every answer. Arguments: folder with node_modules, address.
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [folder, host] = process.argv.slice(2);
const entry = path.join(folder, "node_modules", "confluence.js", "dist", "index.js");
const { createV1Client, createV2Client } = await import(pathToFileURL(entry).href);
const config = { host, auth: { type: "basic", email: "me@example.com", apiToken: "good" } };
const two = createV2Client(config), one = createV1Client(config);
const failed = [];
let calls = 0;

async function call(name, make) {
  calls += 1;
  try {
    return await make();
  } catch (error) {
    failed.push(`${name}: ${error.name} ${String(error.message).slice(0, 700)} ${JSON.stringify(error.response ?? error.cause ?? "").slice(0, 300)}`);
    return undefined;
  }
}
// Since version 3 most calls take what is sent as `body`.
const storage = (value) => ({ representation: "storage", value });
const space = (await call("getSpaces", () => two.space.getSpaces({ keys: ["DOCS"] })))?.results?.[0];
const spaceId = space?.id;
const page = await call("createPage", () => two.page.createPage({ body: { spaceId, title: "JS page", body: storage("<p>Some words</p><ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>do</ac:task-body></ac:task></ac:task-list>") } }));
const id = Number(page?.id);
const child = await call("createPage child", () => two.page.createPage({ body: { spaceId, parentId: page?.id, title: "JS child", body: storage("<p>c</p>") } }));
await call("updatePage", () => two.page.updatePage({ id, body: { status: "current", title: "JS page", body: storage("<p>Some other words</p><ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>do</ac:task-body></ac:task></ac:task-list>"), version: { number: 2, message: "why" } } }));
const titled = await call("updatePageTitle", () => two.page.updatePageTitle({ id, body: { status: "current", title: "JS renamed" } }));
if (titled) assert.equal(titled.title, "JS renamed");
await call("getPageById", () => two.page.getPageById({ id, bodyFormat: "storage", includeLabels: true, includeProperties: true, includeVersions: true, includeOperations: true }));
const adf = await call("getPageById adf", () => two.page.getPageById({ id, bodyFormat: "atlas_doc_format" }));
if (adf) assert.equal(JSON.parse(adf.body.atlas_doc_format.value).type, "doc");
const pages = await call("getPages", () => two.page.getPages({ spaceId: [Number(spaceId)], limit: 2 }));
if (pages && pages.results.length !== 2) failed.push("getPages: limit");
await call("getPagesInSpace", () => two.page.getPagesInSpace({ id: Number(spaceId) }));
await call("getPageVersions", () => two.version.getPageVersions({ id }));
await call("getPageVersionDetails", () => two.version.getPageVersionDetails({ pageId: id, versionNumber: 2 }));
await call("getPageOperations", () => two.operation.getPageOperations({ id }));
await call("getPageDirectChildren", () => two.children.getPageDirectChildren({ id }));
await call("getChildPages", () => two.children.getChildPages({ id }));
await call("getPageDescendants", () => two.descendants.getPageDescendants({ id }));
await call("getPageAncestors", () => two.ancestors.getPageAncestors({ id: Number(child?.id) }));
const property = await call("createPageProperty", () => two.contentProperties.createPageProperty({ pageId: id, key: "k", value: { a: 1 } }));
await call("getPageContentProperties", () => two.contentProperties.getPageContentProperties({ pageId: id }));
await call("updatePagePropertyById", () => two.contentProperties.updatePagePropertyById({ pageId: id, propertyId: Number(property?.id), key: "k", value: 2, version: { number: 2, message: "" } }));
await call("deletePagePropertyById", () => two.contentProperties.deletePagePropertyById({ pageId: id, propertyId: Number(property?.id) }));
await call("addLabelsToContent", () => one.contentLabels.addLabelsToContent({ id: String(id), body: [{ prefix: "global", name: "one" }] }));
const labels = await call("getPageLabels", () => two.label.getPageLabels({ id }));
await call("getLabels", () => two.label.getLabels());
await call("getLabelPages", () => two.page.getLabelPages({ id: Number(labels?.results?.[0]?.id) }));
const footer = await call("createFooterComment", () => two.comment.createFooterComment({ pageId: String(id), body: storage("<p>hm</p>") }));
await call("getPageFooterComments", () => two.comment.getPageFooterComments({ id }));
await call("getFooterCommentById", () => two.comment.getFooterCommentById({ commentId: Number(footer?.id) }));
await call("updateFooterComment", () => two.comment.updateFooterComment({ commentId: Number(footer?.id), body: { version: { number: 2 }, body: storage("<p>better</p>") } }));
await call("createFooterComment reply", () => two.comment.createFooterComment({ parentCommentId: footer?.id, body: storage("<p>yes</p>") }));
await call("getFooterCommentChildren", () => two.comment.getFooterCommentChildren({ id: Number(footer?.id) }));
const inline = await call("createInlineComment", () => two.comment.createInlineComment({ pageId: String(id), body: storage("<p>?</p>"), inlineCommentProperties: { textSelection: "other", textSelectionMatchCount: 1, textSelectionMatchIndex: 0 } }));
await call("getPageInlineComments", () => two.comment.getPageInlineComments({ id, resolutionStatus: ["open"] }));
await call("updateInlineComment", () => two.comment.updateInlineComment({ commentId: Number(inline?.id), version: { number: 2 }, resolved: true, body: storage("<p>?</p>") }));
const tasks = await call("getTasks", () => two.task.getTasks({ status: "incomplete" }));
await call("updateTask", () => two.task.updateTask({ id: Number(tasks?.results?.[0]?.id), body: { status: "complete" } }));
const folder_ = await call("createFolder", () => two.folder.createFolder({ body: { spaceId, title: "JS folder" } }));
await call("getFolderById", () => two.folder.getFolderById({ id: Number(folder_?.id) }));
await call("getFolderDirectChildren", () => two.children.getFolderDirectChildren({ id: Number(folder_?.id) }));
await call("deleteFolder", () => two.folder.deleteFolder({ id: Number(folder_?.id) }));
const post = await call("createBlogPost", () => two.blogPost.createBlogPost({ body: { spaceId, title: "JS news", body: storage("<p>n</p>") } }));
await call("getBlogPosts", () => two.blogPost.getBlogPosts());
await call("getBlogPostById", () => two.blogPost.getBlogPostById({ id: Number(post?.id), bodyFormat: "storage" }));
await call("deleteBlogPost", () => two.blogPost.deleteBlogPost({ id: Number(post?.id) }));
await call("getSpaceById", () => two.space.getSpaceById({ id: Number(spaceId) }));
await call("getSpacePermissionsAssignments", () => two.spacePermissions.getSpacePermissionsAssignments({ id: Number(spaceId) }));
await call("createBulkUserLookup", () => two.user.createBulkUserLookup({ body: { accountIds: ["sandbox-account"] } }));
await call("convertContentIdsToContentTypes", () => two.content.convertContentIdsToContentTypes({ body: { contentIds: [String(id)] } }));
const file = (name) => ({ filename: name, file: new Blob(["data"], { type: "text/plain" }), content: new Blob(["data"]) });
const attached = await call("createAttachment", () => one.contentAttachments.createAttachment({ id: String(id), attachments: [file("a.txt")], minorEdit: true }));
await call("createOrUpdateAttachments", () => one.contentAttachments.createOrUpdateAttachments({ id: String(id), attachments: [file("a.txt")], minorEdit: true }));
await call("getPageAttachments", () => two.attachment.getPageAttachments({ id }));
const att = attached?.results?.[0]?.id;
await call("getAttachmentById", () => two.attachment.getAttachmentById({ id: att }));
await call("getAttachmentVersions", () => two.version.getAttachmentVersions({ id: att }));
await call("deleteAttachment", () => two.attachment.deleteAttachment({ id: att }));
await call("searchByCQL", () => one.search.searchByCQL({ cql: 'space = DOCS and (type = page or type = blogpost)' }));
await call("searchContentByCQL", () => one.content.searchContentByCQL({ cql: 'title = "JS renamed"' }));
await call("searchUser", () => one.search.searchUser({ cql: 'user.fullname ~ "Sand"' }));
await call("getCurrentUser", () => one.users.getCurrentUser());
await call("getUser", () => one.users.getUser({ accountId: "sandbox-account" }));
await call("getGroups", () => one.group.getGroups());
await call("getRestrictions", () => one.contentRestrictions.getRestrictions({ id: String(id) }));
await call("getContentState", () => one.contentStates.getContentState({ id: String(id) }));
await call("setContentState", () => one.contentStates.setContentState({ id: String(id), status: "current", body: { name: "Draft", color: "#ff7452" } }));
await call("getContentWatchStatus", () => one.contentWatches.getContentWatchStatus({ contentId: String(id) }));
await call("removeContentWatcher", () => one.contentWatches.removeContentWatcher({ contentId: String(id), xAtlassianToken: "no-check" }));
await call("restoreContentVersion", () => one.contentVersions.restoreContentVersion({ id: String(id), operationKey: "restore", params: { versionNumber: 1, message: "back" } }));
await call("movePage", () => one.contentChildrenAndDescendants.movePage({ pageId: child?.id, position: "before", targetId: page?.id }));
await call("copyPage", () => one.contentChildrenAndDescendants.copyPage({ id: String(id), destination: { type: "space", value: "DOCS" }, pageTitle: "JS copy" }));
const long = await call("archivePages", () => one.content.archivePages({ pages: [{ id: Number(child?.id) }] }));
await call("getTask", () => one.longRunningTask.getTask({ id: long?.id }));
await call("removeLabelFromContent", () => one.contentLabels.removeLabelFromContent({ id: String(id), label: "one" }));
await call("getSystemInfo", () => one.settings.getSystemInfo());
await call("deletePage", () => two.page.deletePage({ id }));
await call("deletePage purge", () => two.page.deletePage({ id, purge: true }));
console.log(`${calls} calls`);
if (failed.length) {
  console.log(failed.join("\n"));
  process.exit(1);
}
