export * from './catalog.ts';
export * from './connection.ts';
export * from './consumer.ts';
export * from './errors.ts';
export * from './log.ts';
export * from './producer.ts';
