// Reads bodies in storage format, one JSON string a line, and answers for each what Atlassian's older reader of pages
// (@atlaskit/editor-confluence-transformer) keeps as unsupported: one line of storage each. NODE_PATH leads to the packages.
const { createRequire } = require("module");
const { JSDOM } = require("jsdom");

// It was made for a browser.
const { window } = new JSDOM("");
Object.assign(global, { window, Node: window.Node, Element: window.Element, HTMLElement: window.HTMLElement });

// Its way back to storage wants the whole editor; the way in does not. It comes with a schema of its own.
const near = createRequire(require.resolve("@atlaskit/editor-confluence-transformer/parse"));
const parse = near("./parse").default;
const { confluenceSchema } = near("@atlaskit/adf-schema/schema-confluence");

function read(body) {
  const found = [];
  parse(body, confluenceSchema).descendants((node) => {
    if (/unsupported/i.test(node.type.name)) found.push(node.attrs.cxhtml || node.type.name);
  });
  return found;
}

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  let answer;
  try {
    answer = read(JSON.parse(line));
  } catch (error) {
    answer = [`failed: ${error.stack}`];
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
