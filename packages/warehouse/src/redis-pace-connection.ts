import { openRedis, type RedisAddress, type RedisClient } from '@holdfast/runtime/redis';

/** Bottleneck's error codes for a state and for a client that Redis does not have any more. */
const STATE_LOST = /^ERR (SETTINGS_KEY_NOT_FOUND|UNKNOWN_CLIENT)$/;

/**
 * Opens a Redis connection whose refusals Bottleneck 2.19.5 understands.
 *
 * If its state is lost (FLUSHALL, a restart, ten seconds away), Bottleneck writes it again, but only if the
 * error is exactly `SETTINGS_KEY_NOT_FOUND` or `UNKNOWN_CLIENT`. Redis 7 and newer put `ERR ` before an error
 * that a script returns, and the limiter then refuses every call for ever. So the prefix comes off again.
 */
export function openLimiterRedis(
  address: RedisAddress,
  options: { readonly lazyConnect?: boolean } = {},
): RedisClient {
  // Commands wait for Redis to come back; callers that wait for a slot have a deadline.
  const redis = openRedis(address, { ...options, maxRetriesPerRequest: null });
  const sendCommand = redis.sendCommand.bind(redis);
  return Object.assign(redis, {
    sendCommand(...[command, ...more]: Parameters<RedisClient['sendCommand']>): unknown {
      const reject = command.reject;
      command.reject = (error) => {
        error.message = error.message.replace(STATE_LOST, '$1');
        reject.call(command, error);
      };
      // After a reconnect ioredis subscribes again and does not handle the result. A connection that is
      // closed before the answer must not end the process.
      command.promise.catch(() => undefined);
      return sendCommand(command, ...more);
    },
    // Bottleneck makes its subscriber with this method.
    duplicate: () => openLimiterRedis(address),
  });
}
