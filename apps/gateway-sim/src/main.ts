import { runProcess } from '@holdfast/runtime';
import { readSimConfig } from './config.ts';
import { createContext } from './context.ts';
import { startServer } from './server.ts';

void runProcess('gateway-sim', async () => startServer(createContext(readSimConfig(process.env))));
