export * from './config.ts';
export * from './logger.ts';
export * from './metrics.ts';
export * from './run-process.ts';
export * from './shutdown.ts';
export * from './url-of.ts';
