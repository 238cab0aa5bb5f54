const { readFileSync } = require('node:fs');
const { relative } = require('node:path');
const { default: TestRunner } = require('jest-runner');

/** In the first comment of a suite that runs alone. */
const ALONE = /^ \* @alone\b/m;
const MINUTE_MS = 60_000;
/**
 * The longest suite takes two minutes on an idle machine. One whose tests end by their deadlines, five minutes each, is not
 * stopped before it has said which; one that runs for this long hangs outside of every deadline.
 */
const SUITE_MAX_MINUTES = 40;

const report = (line) => process.stderr.write(`${line}\n`);
const relativePath = (path) => relative(process.cwd(), path);
const oneLine = (text) => text.replaceAll(/\s+/g, ' ').slice(0, 200);
const isAlone = ({ path }) => path.endsWith('.e2e.test.ts') && ALONE.test(readFileSync(path, 'utf8'));

/**
 * Jest's own runner, with three rules more:
 *
 * - Suites with `@alone` run last, one after another, as other load would make them fail.
 * - A failed test is reported at once, in one line that `.ci/run` repeats at its end.
 * - A suite that hangs is named with its test, once a minute from its fifth minute on, and after 40 minutes it ends the run.
 *   Without that, CI runs until it is stopped from outside, and does not say which suite hangs.
 */
module.exports = class SuiteRunner extends TestRunner {
  constructor(globalConfig, context) {
    super(globalConfig, context);
    this.oneByOne = new TestRunner({ ...globalConfig, maxWorkers: 1 }, context);
  }

  async runTests(tests, watcher, options) {
    const stopWatching = this.watch();
    const [alone, others] = [tests.filter(isAlone), tests.filter((test) => !isAlone(test))];
    try {
      if (others.length > 0) await super.runTests(others, watcher, options);
      if (alone.length > 0) await this.oneByOne.runTests(alone, watcher, options);
    } finally {
      stopWatching();
    }
  }

  watch() {
    /** What runs now: per file when it began, and the test it is at. */
    const running = new Map();
    const moveTo = (path, place) => {
      if (running.has(path)) running.get(path).place = place;
    };
    const stops = [
      this.on('test-file-start', ([{ path }]) =>
        running.set(path, { since: Date.now(), place: 'before its first test' }),
      ),
      this.on('test-case-start', ([path, { fullName }]) => moveTo(path, `at "${fullName}"`)),
      this.on('test-case-result', ([path, { fullName, status, failureMessages }]) => {
        moveTo(path, `after "${fullName}"`);
        if (status === 'failed')
          report(
            `failed: ${relativePath(path)}: ${oneLine(fullName)}: ${oneLine(failureMessages.join(' '))}`,
          );
      }),
      ...['test-file-success', 'test-file-failure'].map((end) =>
        this.on(end, ([{ path }]) => running.delete(path)),
      ),
    ];
    const timer = setInterval(() => {
      for (const [path, { since, place }] of running) {
        const minutes = Math.round((Date.now() - since) / MINUTE_MS);
        if (minutes < 5) continue;
        const hangs = minutes >= SUITE_MAX_MINUTES;
        report(`${hangs ? 'failed: ' : ''}${relativePath(path)} has run for ${minutes} minutes, ${place}`);
        if (hangs) process.exit(1);
      }
    }, MINUTE_MS);
    return () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    };
  }

  on(event, listener) {
    const stops = [super.on(event, listener), this.oneByOne.on(event, listener)];
    return () => stops.forEach((stop) => stop());
  }
};
