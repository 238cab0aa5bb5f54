import type { Redis } from 'ioredis';
import type { RedisPlace } from './redis-url.ts';

/** A server answers, but is not of the kind that `REDIS_URL` names. The message says what to change. */
export class WrongRedisKind extends Error {
  override name = 'WrongRedisKind';
}

/** Asks the server of the URL, or the master that Sentinels name. @throws when it does not answer */
export async function findWrongKind(redis: Redis, place: RedisPlace): Promise<WrongRedisKind | null> {
  const [, mode] = /^redis_mode:(\w+)/m.exec(await redis.info('server')) ?? [];
  if (mode === 'cluster')
    return wrongKind(place, 'is a node of a Cluster', 'redis+cluster://host-1:port,host-2:port');
  if (mode === 'sentinel')
    return wrongKind(place, 'is a Sentinel', 'redis+sentinel://host-1:port,host-2:port/master-name');
  return null;
}

/** Whether an error of ioredis means that Sentinels or nodes of a Cluster are something else. */
export function wrongKindIn(error: Error, place: RedisPlace): WrongRedisKind | null {
  if (error instanceof WrongRedisKind) return null;
  const lastNodeError: unknown = Reflect.get(error, 'lastNodeError');
  const { message } = lastNodeError instanceof Error ? lastNodeError : error;
  if (place.kind === 'sentinel') {
    if (/No such master with that name|invalid reply: null/.test(message)) {
      return new WrongRedisKind(
        `${described(place)} is a Sentinel that knows no master "${place.masterName}": SENTINEL MASTERS lists the names`,
      );
    }
    if (/unknown command/i.test(message))
      return wrongKind(place, 'is no Sentinel', 'redis://host:port or redis+cluster://');
  }
  if (place.kind === 'cluster' && /cluster support disabled|unknown command/i.test(message)) {
    return wrongKind(place, 'is not a node of a Cluster', 'redis://host:port or redis+sentinel://');
  }
  return null;
}

const wrongKind = (place: RedisPlace, is: string, form: string) =>
  new WrongRedisKind(
    `${described(place)} ${is}: the URL must be like ${place.isTls ? form.replaceAll('redis', 'rediss') : form}`,
  );

const described = ({ hosts }: RedisPlace): string =>
  hosts.map(({ host, port }) => `${host}:${port}`).join(',');
