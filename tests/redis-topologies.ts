import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { makeCa, sign } from './certificates.ts';
import { startGuarded } from './guarded.ts';

/** What `REDIS_URL` names, and the servers behind it. */
export interface Topology {
  readonly url: string;
  /** The master that has this key ends, or hangs. An answered write is on its replica by then. */
  loseMasterOf(key: string, how: 'SIGKILL' | 'SIGSTOP'): Promise<void>;
  close(): Promise<void>;
}

/** The cluster bus listens 10,000 above the port. */
const CLUSTER_PORT_MAX = 55_000;
const CLUSTER_SLOTS = 16_384;
const MASTERS = 3;
const DOWN_AFTER_MS = 1_000;
const REPLICATED_WITHIN_MS = 5_000;

type Node = Awaited<ReturnType<typeof startNode>>;

async function startNode(directory: string, options: readonly string[], portMax = 65_535) {
  let port = await freePort();
  while (port > portMax) port = await freePort();
  const common = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const kill = startGuarded('redis-server', [...common, '--dir', directory, ...options]);
  const client = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  client.on('error', () => {}); // until it listens
  await client.ping();
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
  const node = await startNode(directory, [...tls, ...own]);
  return {
    url: `rediss://127.0.0.1:${port}`,
    caFile: ca.cert,
    async close(): Promise<void> {
      await node.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A master, its replica and one Sentinel that is enough for a fail-over. */
export async function startSentinel(): Promise<Topology> {
  const directory = inDirectory();
  const master = await startNode(directory, []);
  const replica = await startNode(directory, ['--replicaof', '127.0.0.1', String(master.port)]);
  const config = join(directory, 'sentinel.conf');
  const settings = [
    `monitor main 127.0.0.1 ${master.port} 1`,
    `down-after-milliseconds main ${DOWN_AFTER_MS}`,
    'failover-timeout main 5000',
  ];
  writeFileSync(config, settings.map((line) => `sentinel ${line}\n`).join(''));
  const port = await freePort();
  const killSentinel = startGuarded('redis-server', [config, '--sentinel', '--port', String(port)]);
  const sentinel = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  sentinel.on('error', () => {}); // until it listens
  // It may only promote a replica that it knows, and that has synchronised.
  await eventually(
    async () => ((await sentinel.call('SENTINEL', 'REPLICAS', 'main')) as unknown[]).length === 1,
  );
  await eventually(async () => (await master.client.info('replication')).includes('state=online'));
  return {
    url: `redis+sentinel://127.0.0.1:${port}/main`,
    async loseMasterOf(_key, how): Promise<void> {
      await lose(master, how);
    },
    async close(): Promise<void> {
      sentinel.disconnect();
      await Promise.all([killSentinel(), master.kill(), replica.kill()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Three masters. The one that is to be killed gets a replica before. */
export async function startCluster(): Promise<Topology> {
  const directory = inDirectory();
  const nodes: Node[] = [];
  const add = async (): Promise<Node> => {
    const names = [
      '--cluster-config-file',
      `nodes-${nodes.length}.conf`,
      '--cluster-node-timeout',
      String(DOWN_AFTER_MS),
    ];
    const options = ['--cluster-enabled', 'yes', '--repl-diskless-sync-delay', '0', ...names];
    const node = await startNode(directory, options, CLUSTER_PORT_MAX);
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
  for (let at = 0; at < MASTERS; at += 1) {
    const from = Math.ceil((CLUSTER_SLOTS * at) / MASTERS);
    const to = Math.ceil((CLUSTER_SLOTS * (at + 1)) / MASTERS) - 1;
    const node = await add();
    await node.client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
    await node.client.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
    await join(node);
  }
  await knownToAll();
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    async loseMasterOf(key, how): Promise<void> {
      const slot = Number(await nodes[0]?.client.call('CLUSTER', 'KEYSLOT', key));
      const master = nodes[Math.floor((slot * MASTERS) / CLUSTER_SLOTS)];
      if (!master) throw new Error(`no master has the slot ${slot}`);
      const replica = await add();
      await join(replica);
      await knownToAll();
      await replica.client.call('CLUSTER', 'REPLICATE', await master.client.cluster('MYID'));
      await eventually(async () => (await master.client.info('replication')).includes('state=online'));
      await lose(master, how);
    },
    async close(): Promise<void> {
      await Promise.all(nodes.map((node) => node.kill()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
