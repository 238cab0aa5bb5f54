/** For tests that run the stand-in in their own process. The process of its own is `main.ts`. */
export { readSimConfig } from './config.ts';
export { createContext } from './context.ts';
export { startServer } from './server.ts';
