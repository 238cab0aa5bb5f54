import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, isFree, type TestQueueBackend } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { makeCa, sign } from './certificates.ts';
import { startGuarded } from './guarded.ts';
import { callRedis, reserveRedisServer, type TestRedis } from './redis-server.ts';

/** What `REDIS_URL` names, and the servers behind it. */
export interface Topology extends TestRedis {
  /** The master that has this key ends, or hangs. An answered write is on its replica by then. */
  loseMasterOf(key: string, how: 'SIGKILL' | 'SIGSTOP'): Promise<void>;
}

/** The port of a Cluster's bus is so far above that of its node. */
const BUS_ABOVE = 10_000;
const CLUSTER_PORT_MAX = 32_767 - BUS_ABOVE;
const CLUSTER_SLOTS = 16_384;
const DOWN_AFTER_MS = 1_000;
const REPLICATED_WITHIN_MS = 5_000;

type Node = Awaited<ReturnType<typeof startNode>>;

async function startNode(directory: string, port: number, options: readonly string[] = []) {
  const common = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const kill = startGuarded('redis-server', [...common, '--dir', directory, ...options]);
  await eventually(() => callRedis(`redis://127.0.0.1:${port}`, 'PING'));
  const client = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  client.on('error', () => {}); // once it is killed
  return {
    port,
    client,
    async kill(): Promise<void> {
      client.disconnect();
      await kill();
    },
  };
}

const inDirectory = () => mkdtempSync(join(tmpdir(), 'holdfast-redis-'));

async function lose(master: Node, how: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
  await master.client.wait(1, REPLICATED_WITHIN_MS);
  const [, pid] = /^process_id:(\d+)/m.exec(await master.client.info('server')) ?? [];
  process.kill(Number(pid), how);
}

/** A server that only accepts TLS. `caFile` is the certificate of the authority that signed its own. */
export async function startTlsRedis() {
  const directory = inDirectory();
  const ca = makeCa(directory, 'ca');
  const { cert, key } = sign(directory, ca, 'server', 'subjectAltName=IP:127.0.0.1');
  const port = await freePort();
  const tls = ['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key];
  const own = ['--tls-ca-cert-file', ca.cert, '--tls-auth-clients', 'no'];
  const node = await startNode(directory, await freePort(), [...tls, ...own]);
  return {
    url: `rediss://127.0.0.1:${port}`,
    caFile: ca.cert,
    async close(): Promise<void> {
      await node.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The Redis of this backend, which is not started yet. */
export function reserveRedis({ name }: Pick<TestQueueBackend, 'name'>): Promise<TestRedis> {
  switch (name) {
    case 'postgres':
      throw new Error('there is no Redis where the queues are in PostgreSQL');
    case 'redis':
      return reserveRedisServer();
    case 'redis-sentinel':
      return reserveSentinel();
    case 'redis-cluster':
      return reserveCluster();
    default:
      return name satisfies never;
  }
}

/** The Redis of this backend. None: the queues are in PostgreSQL. */
export async function startRedis(backend: Pick<TestQueueBackend, 'name'>): Promise<TestRedis | undefined> {
  if (backend.name === 'postgres') return undefined;
  return started(await reserveRedis(backend));
}

export const startSentinel = async (): Promise<Topology> => started(await reserveSentinel());
export const startCluster = async (): Promise<Topology> => started(await reserveCluster());

async function started<Kind extends TestRedis>(redis: Kind): Promise<Kind> {
  await redis.start();
  return redis;
}

/** What all kinds do with those of their servers that have data. */
function ofMasters(masters: () => Promise<readonly Node[]>): Pick<TestRedis, 'run' | 'flush'> {
  const run: TestRedis['run'] = async (command, ...parameters) =>
    Promise.all((await masters()).map(({ client }) => client.call(command, ...parameters)));
  return { run, flush: async () => void (await run('FLUSHALL')) };
}

/** A master, its replica and one Sentinel that is enough for a fail-over. */
async function reserveSentinel(): Promise<Topology> {
  const directory = inDirectory();
  const [port, masterPort, replicaPort] = [await freePort(), await freePort(), await freePort()];
  let nodes: readonly Node[] = [];
  let killSentinel: (() => Promise<void>) | undefined;

  async function kill(): Promise<void> {
    await Promise.all([killSentinel?.(), ...nodes.map((node) => node.kill())]);
    nodes = [];
  }
  async function master(): Promise<Node> {
    for (const node of nodes) if ((await node.client.role())[0] === 'master') return node;
    throw new Error('no server is the master');
  }
  return {
    url: `redis+sentinel://127.0.0.1:${port}/main`,
    ...ofMasters(async () => [await master()]),
    async start(): Promise<void> {
      const first = await startNode(directory, masterPort);
      nodes = [first];
      nodes = [
        first,
        await startNode(directory, replicaPort, ['--replicaof', '127.0.0.1', String(masterPort)]),
      ];
      killSentinel = await startSentinelOf(first, directory, port);
    },
    kill,
    async loseMasterOf(_key, how): Promise<void> {
      await lose(await master(), how);
    },
    async close(): Promise<void> {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves when it may promote the replica. @returns how to kill it */
async function startSentinelOf(master: Node, directory: string, port: number): Promise<() => Promise<void>> {
  const config = join(directory, 'sentinel.conf');
  const settings = [
    `monitor main 127.0.0.1 ${master.port} 1`,
    `down-after-milliseconds main ${DOWN_AFTER_MS}`,
    'failover-timeout main 5000',
  ];
  writeFileSync(config, settings.map((line) => `sentinel ${line}\n`).join(''));
  const kill = startGuarded('redis-server', [config, '--sentinel', '--port', String(port)]);
  // It may only promote a replica that it knows, and that has synchronised.
  await eventually(async () => {
    const replicas = await callRedis(`redis://127.0.0.1:${port}`, 'SENTINEL', 'REPLICAS', 'main');
    return (replicas as unknown[]).length === 1;
  });
  await eventually(async () => (await master.client.info('replication')).includes('state=online'));
  return kill;
}

async function freeClusterPort(): Promise<number> {
  const port = await freePort(CLUSTER_PORT_MAX);
  return (await isFree(port + BUS_ABOVE)) ? port : freeClusterPort();
}

/** Three masters. The one that is to be lost gets a replica before. */
async function reserveCluster(): Promise<Topology> {
  const directory = inDirectory();
  const ports = [await freeClusterPort(), await freeClusterPort(), await freeClusterPort()];
  const nodes: Node[] = [];
  let isMade = false;
  const add = async (port: number): Promise<Node> => {
    const names = ['--cluster-config-file', `nodes-${port}.conf`];
    const timing = ['--cluster-node-timeout', String(DOWN_AFTER_MS), '--repl-diskless-sync-delay', '0'];
    const node = await startNode(directory, port, ['--cluster-enabled', 'yes', ...names, ...timing]);
    nodes.push(node);
    return node;
  };
  const knownToAll = () =>
    eventually(async () => {
      const infos = await Promise.all(nodes.map(({ client }) => client.cluster('INFO')));
      return infos.every(
        (info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`),
      );
    });
  const join = async (node: Node) => {
    for (const other of nodes)
      if (other !== node) await other.client.call('CLUSTER', 'MEET', '127.0.0.1', node.port);
  };
  /** Its servers store the addresses of the others in a file. */
  async function make(): Promise<void> {
    for (const [at, node] of nodes.entries()) {
      const [from, to] = [at, at + 1].map((part) => Math.ceil((CLUSTER_SLOTS * part) / ports.length));
      await node.client.call('CLUSTER', 'ADDSLOTSRANGE', Number(from), Number(to) - 1);
      await node.client.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
      if (at > 0) await nodes[0]?.client.call('CLUSTER', 'MEET', '127.0.0.1', node.port);
    }
    isMade = true;
  }
  async function kill(): Promise<void> {
    await Promise.all(nodes.splice(0).map((node) => node.kill()));
  }
  return {
    url: `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    ...ofMasters(() => Promise.resolve(nodes)),
    async start(): Promise<void> {
      for (const port of ports) await add(port);
      if (!isMade) await make();
      await knownToAll();
    },
    kill,
    async loseMasterOf(key, how): Promise<void> {
      const slot = Number(await nodes[0]?.client.call('CLUSTER', 'KEYSLOT', key));
      const master = nodes[Math.floor((slot * ports.length) / CLUSTER_SLOTS)];
      if (!master) throw new Error(`no master has the slot ${slot}`);
      const replica = await add(await freeClusterPort());
      await join(replica);
      await knownToAll();
      await replica.client.call('CLUSTER', 'REPLICATE', await master.client.cluster('MYID'));
      await eventually(async () => (await master.client.info('replication')).includes('state=online'));
      await lose(master, how);
    },
    async close(): Promise<void> {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
