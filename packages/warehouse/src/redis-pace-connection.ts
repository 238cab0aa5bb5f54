import { Redis } from 'ioredis';

/** Bottleneck's error codes for a state and for a client that Redis does not have any more. */
const STATE_LOST = /^ERR (SETTINGS_KEY_NOT_FOUND|UNKNOWN_CLIENT)$/;

/**
 * A Redis connection whose refusals Bottleneck 2.19.5 understands.
 *
 * When its state is gone (FLUSHALL, a restart, ten seconds away) Bottleneck makes it again, but only if the
 * error reads exactly `SETTINGS_KEY_NOT_FOUND` or `UNKNOWN_CLIENT`. Redis 7 and newer put `ERR ` in front of
 * what a script returns as an error, and the limiter then refuses every call for ever. So the prefix comes
 * off again.
 */
export class LimiterRedis extends Redis {
  constructor(url: string, options: { readonly lazyConnect?: boolean } = {}) {
    // Commands wait for Redis to come back; callers that wait for a slot have a deadline.
    super(url, { ...options, maxRetriesPerRequest: null });
    // Bottleneck makes its subscriber with this method.
    this.duplicate = (() => new LimiterRedis(url)) as Redis['duplicate'];
  }

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const reject = command.reject.bind(command);
    command.reject = (error) => {
      error.message = error.message.replace(STATE_LOST, '$1');
      reject(error);
    };
    // After a reconnect ioredis subscribes again and does not handle the result. A connection that is closed
    // before the answer must not end the process.
    command.promise.catch(() => undefined);
    return super.sendCommand(command, stream);
  }
}
