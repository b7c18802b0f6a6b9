// Reads documents, one JSON value a line, and answers for each what the editor wraps as unsupported on opening it.
// Runs the validator of Atlassian's editor (@atlaskit/adf-utils) as the editor does. NODE_PATH leads to the packages.
const readline = require("readline");
const { validator } = require("@atlaskit/adf-utils/validator");

// The nodes and marks of the editor's schema, as the editor names them to its validator.
const NODES = `doc paragraph text heading bulletList orderedList listItem codeBlock blockquote rule hardBreak panel expand
  nestedExpand table tableRow tableCell tableHeader mediaSingle mediaGroup media mediaInline caption taskList taskItem
  blockTaskItem decisionList decisionItem layoutSection layoutColumn extension inlineExtension bodiedExtension date status
  emoji mention placeholder inlineCard blockCard embedCard`.split(/\s+/);
const MARKS = `strong em code strike underline link subsup textColor backgroundColor annotation alignment indentation
  breakout border dataConsumer fragment`.split(/\s+/);
const validate = validator(NODES, MARKS, { allowPrivateAttributes: true });

// What the editor puts in the place of something that its schema has no place for.
function wrap(entity, error, options) {
  const kind = options.isMark ? "Mark" : options.isNodeAttribute ? "NodeAttribute" : options.allowUnsupportedInline ? "Inline" : "Block";
  return { type: `unsupported${kind}`, attrs: { message: error.message, meta: error.meta } };
}

function collect(node, parent, found) {
  if (node.type.startsWith("unsupported")) found.push(`${node.attrs.message} (in ${parent})`);
  for (const mark of node.marks || []) {
    if (mark.type.startsWith("unsupported")) found.push(`${mark.attrs.message} (on ${node.type})`);
  }
  for (const child of node.content || []) collect(child, node.type, found);
  return found;
}

function read(document) {
  const before = JSON.stringify(document);
  const { entity, valid } = validate(document, wrap);
  const found = [...new Set(collect(entity, "nothing", []))];
  if (!found.length && (!valid || JSON.stringify(entity) !== before)) found.push("the validator changes the document");
  return found;
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  let answer;
  try {
    answer = read(JSON.parse(line));
  } catch (error) {
    answer = [`failed: ${error.stack}`];
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
