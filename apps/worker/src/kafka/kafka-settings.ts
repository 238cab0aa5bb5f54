import { EVENT_TYPES } from '@holdfast/events';
import { topicOf, type KafkaTopics } from '@holdfast/kafka';
import { caFile, flag, rule } from '@holdfast/runtime';
import { z } from 'zod';

const BROKER = /^(?:\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i;
const BROKERS_MAX = 100;
const TOPIC = /^(?!\.{1,2}$)[\w.-]{1,249}$/;
const TOPICS_MAX = 20;

/** Names with commas or spaces between them. */
const list = () => z.string().transform((text) => text.split(/[\s,]+/).filter((name) => name !== ''));

const brokers = () =>
  list().refine(
    (all) => all.length > 0 && all.length <= BROKERS_MAX && all.every((each) => BROKER.test(each)),
    'must name brokers like host-1:9092,host-2:9092',
  );

const TOPIC_FORM = 'letters, digits, dots, dashes and underscores, 249 at most';

const topics = () =>
  list().refine(
    (all) => all.length > 0 && all.length <= TOPICS_MAX && all.every((each) => TOPIC.test(each)),
    `must name topics (${TOPICS_MAX} at most), with commas between them: ${TOPIC_FORM}`,
  );

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const MODES = ['binary', 'structured'] as const;

/** The settings of Kafka, all of the worker. */
export const kafkaSettings = {
  KAFKA_BROKERS: brokers().optional(),
  KAFKA_TLS: flag(),
  KAFKA_CA_FILE: caFile().optional(),
  KAFKA_SASL: z.enum(MECHANISMS, `must be one of ${MECHANISMS.join(', ')}`).optional(),
  KAFKA_USERNAME: z.string().optional(),
  KAFKA_PASSWORD: z.string().optional(),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,200}$/, 'must have letters, digits, dots, dashes and underscores, 200 at most')
    .optional(),
  KAFKA_TOPIC: z.string().regex(TOPIC, `must be the name of a topic: ${TOPIC_FORM}`).optional(),
  KAFKA_MODE: z.enum(MODES, `must be one of ${MODES.join(', ')}`).default('binary'),
  KAFKA_INTAKE_TOPICS: topics().optional(),
  KAFKA_GROUP: z
    .string()
    .regex(/^[\w.-]{1,249}$/, `must be the name of a consumer group: ${TOPIC_FORM}`)
    .default('holdfast'),
};

type KafkaSettings = z.infer<z.ZodObject<typeof kafkaSettings>>;

/** Null: there is no Kafka. */
export function kafkaConfig(env: KafkaSettings) {
  const { KAFKA_BROKERS, KAFKA_TLS, KAFKA_CA_FILE, KAFKA_SASL, KAFKA_USERNAME, KAFKA_PASSWORD } = env;
  if (KAFKA_BROKERS === undefined) return null;
  const sasl = KAFKA_SASL && {
    mechanism: KAFKA_SASL,
    username: KAFKA_USERNAME ?? '',
    password: KAFKA_PASSWORD ?? '',
  };
  return {
    address: { brokers: KAFKA_BROKERS, isTls: KAFKA_TLS, ca: KAFKA_CA_FILE, sasl },
    topics: topicsOf(env),
    mode: env.KAFKA_MODE,
    /** None: no events are taken from Kafka. */
    intakeTopics: env.KAFKA_INTAKE_TOPICS ?? [],
    groupId: env.KAFKA_GROUP,
  };
}

const topicsOf = ({ KAFKA_TOPIC, KAFKA_TOPIC_PREFIX = '' }: KafkaSettings): KafkaTopics =>
  KAFKA_TOPIC === undefined ? { prefix: KAFKA_TOPIC_PREFIX } : { topic: KAFKA_TOPIC };

const NEED_BROKERS = [
  'KAFKA_CA_FILE',
  'KAFKA_SASL',
  'KAFKA_TOPIC_PREFIX',
  'KAFKA_TOPIC',
  'KAFKA_INTAKE_TOPICS',
] as const;

/** Rules about several of them, for a schema's `check`. */
export const kafkaRules = [
  ...NEED_BROKERS.map((name) =>
    z.refine<KafkaSettings>(
      (env) => env[name] === undefined || env.KAFKA_BROKERS !== undefined,
      rule(name, 'needs KAFKA_BROKERS'),
    ),
  ),
  z.refine<KafkaSettings>(
    (env) => env.KAFKA_CA_FILE === undefined || env.KAFKA_TLS,
    rule('KAFKA_CA_FILE', 'is only for KAFKA_TLS=true'),
  ),
  z.refine<KafkaSettings>(
    ({ KAFKA_SASL, KAFKA_USERNAME, KAFKA_PASSWORD }) =>
      new Set([KAFKA_SASL, KAFKA_USERNAME, KAFKA_PASSWORD].map((each) => each === undefined)).size === 1,
    rule('KAFKA_SASL', 'goes with KAFKA_USERNAME and KAFKA_PASSWORD: set all three, or none'),
  ),
  z.refine<KafkaSettings>(
    (env) => env.KAFKA_TOPIC === undefined || env.KAFKA_TOPIC_PREFIX === undefined,
    rule('KAFKA_TOPIC_PREFIX', 'has no use with KAFKA_TOPIC: all events go to that one topic'),
  ),
  // The service cannot process the events that it publishes: each would become a dead one.
  z.refine<KafkaSettings>(
    (env) => {
      const own = new Set(EVENT_TYPES.map((type) => topicOf(type, topicsOf(env))));
      return !(env.KAFKA_INTAKE_TOPICS ?? []).some((topic) => own.has(topic));
    },
    rule('KAFKA_INTAKE_TOPICS', 'must not name a topic to which events are published'),
  ),
];
