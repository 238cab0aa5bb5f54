import { Kafka, logLevel, type SASLOptions } from 'kafkajs';

/** The addresses of the brokers, and how to connect to them. */
export interface KafkaAddress {
  /** `host:port` of some of them: they name the others. */
  readonly brokers: readonly string[];
  readonly isTls: boolean;
  /** The certificates (PEM) of the only authorities that may sign theirs. Undefined: those of Node. */
  readonly ca?: string | undefined;
  readonly sasl?: KafkaLogin | undefined;
}

export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** For one connection, with TLS; and for the log-in after it. */
const CONNECT_TIMEOUT_MS = 3_000;
/** A produce request waits until all replicas have the events. */
export const REQUEST_TIMEOUT_MS = 10_000;

/**
 * The client: it opens no connection yet. It logs nothing, as its caller gets every error. It tries only
 * twice, as its callers repeat without a limit.
 */
export function openKafka(address: KafkaAddress): Kafka {
  const { brokers, isTls, ca, sasl } = address;
  return new Kafka({
    clientId: 'holdfast',
    brokers: [...brokers],
    ...(isTls ? { ssl: ca === undefined ? true : { ca } } : {}),
    ...(sasl ? { sasl: { ...sasl } as SASLOptions } : {}),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    authenticationTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: logLevel.NOTHING,
  });
}

/** Of one call. The first error is often stale metadata: the leader has moved. */
export const RETRY = { retries: 1, initialRetryTime: 100, maxRetryTime: 1_000 } as const;
