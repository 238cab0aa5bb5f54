import winston from 'winston';

/** Log lines are events with fields: `log.info('reservation.confirmed', { reservation_id })`. */
export type Logger = Pick<winston.Logger, 'error' | 'warn' | 'info' | 'debug'>;

/** One JSON object a line on stdout. Errors among the fields are written with message, stack and cause. */
export function createLogger(app: string, level: string): Logger {
  return winston.createLogger({
    level,
    defaultMeta: { app, pid: process.pid },
    format: winston.format.combine(
      winston.format.timestamp(),
      winston.format((info) => {
        for (const [key, value] of Object.entries(info)) {
          if (value instanceof Error) info[key] = describeError(value);
        }
        return info;
      })(),
      winston.format.json(),
    ),
    transports: [new winston.transports.Console()],
  });
}

/** Message, stack, cause, and what else is short: some drivers hang their whole connection on an error. */
function describeError(error: Error): Record<string, unknown> {
  const { name, message, stack } = error;
  const fields = Object.fromEntries(
    Object.entries(error).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  );
  const cause = error.cause instanceof Error ? describeError(error.cause) : error.cause;
  return { ...fields, name, message, stack, ...(cause ? { cause } : {}) };
}
