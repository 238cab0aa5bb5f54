// Reads the JSON results that Jest left for `.ci/run`.
//
//   node .ci/results.mjs failed-files RESULT.json      the files to run again by themselves
//   node .ci/results.mjs sum-up DIRECTORY PASSED FAILED the last line of the run; PASSED and FAILED are other checks
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** More failed files than this are no accident of a busy machine, and are not run again. */
const RUN_AGAIN_MAX_FILES = 25;
const RUNS = ['whole', 'cluster'];

const print = (line) => void process.stdout.write(`${line}\n`);

const [command, path, ...counts] = process.argv.slice(2);
if (command === 'failed-files') printFailedFiles(path);
else sumUp(path, ...counts.map(Number));

function printFailedFiles(file) {
  const files = (read(file)?.testResults ?? []).filter(({ status }) => status === 'failed');
  if (files.length <= RUN_AGAIN_MAX_FILES) for (const { name } of files) print(relative(process.cwd(), name));
}

function sumUp(directory, passed, failed) {
  for (const run of RUNS) {
    const [first, again] = [read(`${directory}/${run}.json`), read(`${directory}/${run}-again.json`)];
    if (!first) {
      print(`Jest has left no result of the ${run} run.`);
      failed += 1;
      continue;
    }
    const repaired = namesOf(first, 'failed').filter((name) => namesOf(again, 'passed').includes(name));
    for (const name of repaired) print(`passed only when it ran again by itself (${run}): ${name}`);
    // A test file that cannot even be read is no failed test to Jest.
    const unread = again ? again.numRuntimeErrorTestSuites : first.numRuntimeErrorTestSuites;
    passed += first.numPassedTests + repaired.length;
    failed += first.numFailedTests - repaired.length + unread;
  }
  print(`tests: ${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function namesOf(result, status) {
  return (result?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter((test) => test.status === status)
      .map(({ fullName }) => `${relative(process.cwd(), name)}: ${fullName}`),
  );
}

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
