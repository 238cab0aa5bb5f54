import { runRounds, subject } from './benchmark.ts';

beforeEach(() => void jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

/** Subjects that note in which round and for how long they are measured. */
function notingSubjects(...names: readonly string[]) {
  const notes: string[] = [];
  const subjects = names.map((name) =>
    subject(name, (seconds, round) => {
      notes.push(`${round} ${name} ${seconds}s`);
      return Promise.resolve(round * 10);
    }),
  );
  return { notes, subjects };
}

test('baseline and candidate take turns within each round, and who comes first changes', async () => {
  const { notes, subjects } = notingSubjects('baseline', 'candidate');
  await runRounds([{ subjects }], { seconds: 5, rounds: 2 });
  expect(notes).toEqual([
    '0 candidate 3s',
    '0 baseline 3s',
    '1 baseline 5s',
    '1 candidate 5s',
    '2 candidate 5s',
    '2 baseline 5s',
  ]);
});

test('the warm-up does not count, and there may be none', async () => {
  const { notes, subjects } = notingSubjects('one');
  await runRounds([{ subjects }], { seconds: 1, rounds: 2 });
  expect(subjects[0]?.rounds).toEqual([10, 20]);
  notes.length = 0;
  await runRounds([{ subjects }], { seconds: 1, rounds: 1, warmUpSeconds: 0 });
  expect(notes).toEqual(['1 one 1s']);
});

test('a condition is set up and ended around each round of its comparison', async () => {
  const { notes, subjects } = notingSubjects('one');
  const condition = {
    name: 'worker running',
    async around(measureAll: () => Promise<void>) {
      notes.push('started');
      await measureAll();
      notes.push('stopped');
    },
  };
  await runRounds([{ subjects, condition, isWarmedUp: false }], { seconds: 1, rounds: 2 });
  expect(notes).toEqual(['started', '1 one 1s', 'stopped', 'started', '2 one 1s', 'stopped']);
});

test('a measurement that fails is named', async () => {
  const failing = subject('the load', () => Promise.reject(new Error('503')));
  const run = runRounds([{ subjects: [failing] }], { seconds: 1, rounds: 1 });
  await expect(run).rejects.toMatchObject({ message: 'the load', cause: { message: '503' } });
});
