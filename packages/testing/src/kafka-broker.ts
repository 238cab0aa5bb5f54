import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { createServer as createTlsServer } from 'node:tls';
import { z } from 'zod';
import { openFaultyLink, type FaultyLink } from './faulty-link.ts';

/** kcat of Debian's package `kafkacat`, which has librdkafka's mock broker in it (scripts/test-services/programs.ts). */
const program = process.env['HOLDFAST_TEST_KCAT'];
export const hasKafka = program !== undefined;

const HOST = '127.0.0.1';

export type KafkaBroker = Awaited<ReturnType<typeof startKafkaBroker>>;

export interface KafkaBrokerOptions {
  /** Certificate and key in PEM: clients have to use TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/**
 * One mock broker, behind a link that fails in the ways that networks fail. Topics are made by the first client
 * that asks for them, with four partitions. Its log is in memory: `restart` loses it, and keeps the address.
 */
export async function startKafkaBroker({ tls }: KafkaBrokerOptions = {}) {
  let mock = await startMock();
  const renamer = await openRenamer(() => mock.port, tls);
  const link = await openFaultyLink({ host: HOST, port: renamer.port });
  renamer.announce(link.port);
  return {
    address: `${HOST}:${link.port}`,
    /** All messages of a topic, oldest first in each partition, as kcat reads them. */
    read: (topic: string) => readTopic(link.port, topic),
    /** Reads a topic from now on, past the link. The mock keeps 5 MB of a partition. */
    follow: (topic: string) => followTopic(mock.port, topic),
    link: link as Pick<FaultyLink, 'stall' | 'resume' | 'cut' | 'reset' | 'connections'>,
    /** SIGKILL, then another broker without topics. */
    async restart(): Promise<void> {
      await mock.kill();
      mock = await startMock();
      link.reset();
    },
    async close(): Promise<void> {
      await link.close();
      await renamer.close();
      await mock.kill();
    },
  };
}

const messageRead = z.object({
  partition: z.int(),
  key: z.string().nullable(),
  payload: z.string(),
  headers: z.array(z.string()).optional(),
});

/** A message, as kcat shows it. */
export interface KafkaRecord {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

function startReader(port: number, topic: string, more: readonly string[]) {
  const options = ['-C', '-b', `${HOST}:${port}`, '-t', topic, '-o', 'beginning', '-q', '-u', '-J', ...more];
  const child = spawn(program ?? '', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  const records: KafkaRecord[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { headers = [], payload, ...record } = messageRead.parse(JSON.parse(line));
    const pairs = headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : []));
    records.push({ ...record, value: payload, headers: Object.fromEntries(pairs) as Record<string, string> });
  });
  return { records, child, ended: once(child, 'close') };
}

/** @throws {Error} when the topic cannot be read to its end */
async function readTopic(port: number, topic: string): Promise<readonly KafkaRecord[]> {
  const { records, ended } = startReader(port, topic, ['-e']);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`kcat could not read the topic ${topic}`);
  return records;
}

function followTopic(port: number, topic: string) {
  const { records, child, ended } = startReader(port, topic, []);
  return {
    records: records as readonly KafkaRecord[],
    async stop(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** It ends at the latest with this process: then its standard input ends. */
async function startMock() {
  if (program === undefined) throw new Error('there is no kcat');
  // It publishes its standard input, which stays open, so that it and its mock broker continue to run.
  const options = ['-P', '-b', 'mock:1', '-t', 'unused', '-X', 'test.mock.num.brokers=1'];
  const child = spawn(program, options, { stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const port = await new Promise<number>((found, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, number] = /replaced with 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
      if (number !== undefined) found(Number(number));
    });
    child.once('exit', () => reject(new Error('kcat ended before it had a broker')));
  });
  return {
    port,
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * A proxy that names itself where the broker names itself: clients connect to the address in its answers, and
 * would go past the link. It also names the controller, which the mock leaves out, and without which kafkajs
 * has no idempotent producer.
 */
async function openRenamer(portOfBroker: () => number, tls: KafkaBrokerOptions['tls']) {
  let announced = 0;
  const sockets = new Set<Socket>();
  const pass = (near: Socket) => {
    const broker = portOfBroker();
    const far = connect(broker, HOST);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
    const [requests, answers] = [new Frames(), new Frames()];
    const metadata = new Set<number>();
    near.on('data', (chunk: Buffer) => {
      for (const frame of requests.in(chunk)) {
        if (frame.readInt16BE(4) === METADATA) metadata.add(frame.readInt32BE(8));
        far.write(frame);
      }
    });
    far.on('data', (chunk: Buffer) => {
      for (const frame of answers.in(chunk)) {
        if (metadata.delete(frame.readInt32BE(4))) nameController(frame);
        near.write(renamed(frame, broker, announced));
      }
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  };
  const server: Server = tls ? createTlsServer(tls, pass) : createServer(pass);
  server.listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    announce(port: number): void {
      announced = port;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

// The protocol, as far as it is needed: https://kafka.apache.org/protocol
const METADATA = 3;
const LENGTH_BYTES = 4;

/** Requests or answers, each with its length before it. */
class Frames {
  #rest: Buffer = Buffer.alloc(0);

  in(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const whole: Buffer[] = [];
    while (this.#rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.#rest.readInt32BE(0);
      if (this.#rest.length < end) break;
      whole.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
    return whole;
  }
}

/** A host in an answer is followed by its port, an int32. */
function renamed(frame: Buffer, from: number, to: number): Buffer {
  const port = Buffer.alloc(4);
  port.writeInt32BE(from);
  const name = Buffer.concat([Buffer.from(HOST), port]);
  for (let at = frame.indexOf(name); at >= 0; at = frame.indexOf(name, at + 1)) {
    frame.writeInt32BE(to, at + HOST.length);
  }
  return frame;
}

/** In an answer of version 2: one broker (node, host, port, no rack), the cluster's name, the controller. */
function nameController(frame: Buffer): void {
  const node = 4 + 4 + 4;
  const host = node + 4;
  const cluster = host + 2 + frame.readInt16BE(host) + 4 + 2;
  const controller = cluster + 2 + frame.readInt16BE(cluster);
  frame.writeInt32BE(frame.readInt32BE(node), controller);
}
