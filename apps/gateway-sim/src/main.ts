import { runProcess } from '@holdfast/runtime';
import { readSimConfig } from './config.ts';
import { createContext } from './context.ts';
import { startServer } from './server.ts';

void runProcess(async () => startServer(createContext(readSimConfig(process.env))));
