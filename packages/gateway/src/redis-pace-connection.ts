import { Redis } from 'ioredis';

/** Bottleneck's own words for "Redis has lost my state" and "Redis has forgotten me". */
const STATE_LOST = /^ERR (SETTINGS_KEY_NOT_FOUND|UNKNOWN_CLIENT)$/;

/**
 * A Redis connection whose refusals Bottleneck 2.19.5 understands.
 *
 * When its state is gone (FLUSHALL, a restart, ten seconds away) Bottleneck makes it anew, but only if the error reads
 * exactly `SETTINGS_KEY_NOT_FOUND` or `UNKNOWN_CLIENT`. Redis 7 and newer put `ERR ` in front of what a script returns as an
 * error, and the limiter then refuses every call for ever. So the prefix comes off again.
 */
export class LimiterRedis extends Redis {
  constructor(url: string) {
    // Commands wait for Redis to come back instead of failing one by one; whoever waits for a slot has a deadline.
    super(url, { maxRetriesPerRequest: null });
  }

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const reject = command.reject.bind(command);
    command.reject = (error) => {
      error.message = error.message.replace(STATE_LOST, '$1');
      reject(error);
    };
    return super.sendCommand(command, stream);
  }
}
