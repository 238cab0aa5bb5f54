import { readConfig } from '@holdfast/runtime';
import { workerEnvironment } from '../config.ts';

const read = (env: Readonly<Record<string, string>>) =>
  readConfig(workerEnvironment, {
    DATABASE_URL: 'postgresql://localhost/x',
    GATEWAY_URL: 'http://localhost:3002',
    ...env,
  });
const KAFKA_BROKERS = 'kafka-1:9092, kafka-2:9093';

test('without brokers there is no Kafka', () => {
  expect(read({}).kafka).toBeNull();
});

test('brokers are enough', () => {
  expect(read({ KAFKA_BROKERS }).kafka).toEqual({
    address: { brokers: ['kafka-1:9092', 'kafka-2:9093'], isTls: false, ca: undefined, sasl: undefined },
    topics: { prefix: '' },
    mode: 'binary',
    intakeTopics: [],
    groupId: 'holdfast',
  });
});

test('TLS, a log-in, topics and the group are taken', () => {
  const env = {
    KAFKA_TLS: 'true',
    KAFKA_SASL: 'scram-sha-512',
    KAFKA_USERNAME: 'holdfast',
    KAFKA_PASSWORD: 'secret',
    KAFKA_TOPIC: 'stock',
    KAFKA_MODE: 'structured',
    KAFKA_INTAKE_TOPICS: 'orders,fulfillments',
    KAFKA_GROUP: 'holdfast-eu',
  };
  expect(read({ KAFKA_BROKERS, ...env }).kafka).toMatchObject({
    address: { isTls: true, sasl: { mechanism: 'scram-sha-512', username: 'holdfast', password: 'secret' } },
    topics: { topic: 'stock' },
    mode: 'structured',
    intakeTopics: ['orders', 'fulfillments'],
    groupId: 'holdfast-eu',
  });
});

test.each<[env: Record<string, string>, message: RegExp]>([
  [{ KAFKA_BROKERS: 'kafka' }, /KAFKA_BROKERS: must name brokers/],
  [{ KAFKA_BROKERS: ',' }, /KAFKA_BROKERS: must name brokers/],
  [{ KAFKA_BROKERS: 'kafka://one:9092' }, /KAFKA_BROKERS: must name brokers/],
  [{ KAFKA_BROKERS, KAFKA_TLS: 'yes' }, /KAFKA_TLS: must be true or false/],
  [{ KAFKA_BROKERS, KAFKA_SASL: 'gssapi' }, /KAFKA_SASL: must be one of plain/],
  [{ KAFKA_BROKERS, KAFKA_SASL: 'plain', KAFKA_USERNAME: 'me' }, /KAFKA_SASL: goes with/],
  [{ KAFKA_BROKERS, KAFKA_USERNAME: 'me', KAFKA_PASSWORD: 'p' }, /KAFKA_SASL: goes with/],
  [{ KAFKA_BROKERS, KAFKA_TOPIC: 'a b' }, /KAFKA_TOPIC: must be the name of a topic/],
  [{ KAFKA_BROKERS, KAFKA_TOPIC: 'a', KAFKA_TOPIC_PREFIX: 'b' }, /KAFKA_TOPIC_PREFIX: has no use/],
  [{ KAFKA_BROKERS, KAFKA_MODE: 'batch' }, /KAFKA_MODE: must be one of/],
  [{ KAFKA_BROKERS, KAFKA_INTAKE_TOPICS: 'a,..' }, /KAFKA_INTAKE_TOPICS: must name topics/],
  [{ KAFKA_BROKERS, KAFKA_INTAKE_TOPICS: 'orders inventory.reserved' }, /KAFKA_INTAKE_TOPICS: must not name/],
  [{ KAFKA_BROKERS, KAFKA_TOPIC: 'all', KAFKA_INTAKE_TOPICS: 'all' }, /KAFKA_INTAKE_TOPICS: must not name/],
  [{ KAFKA_INTAKE_TOPICS: 'orders' }, /KAFKA_INTAKE_TOPICS: needs KAFKA_BROKERS/],
  [{ KAFKA_TOPIC: 'all' }, /KAFKA_TOPIC: needs KAFKA_BROKERS/],
  [{ KAFKA_BROKERS, KAFKA_CA_FILE: '/missing.pem', KAFKA_TLS: 'true' }, /KAFKA_CA_FILE: must name a file/],
  [{ KAFKA_BROKERS, KAFKA_TOPICS: 'a' }, /KAFKA_TOPICS: is not a setting/],
])('%j is refused', (env, message) => {
  expect(() => read(env)).toThrow(message);
});

test('all problems are reported at once', () => {
  expect(() => read({ KAFKA_BROKERS: 'x', KAFKA_MODE: 'y', KAFKA_SASL: 'plain' })).toThrow(
    /KAFKA_BROKERS[^]*KAFKA_MODE[^]*KAFKA_SASL/,
  );
});
