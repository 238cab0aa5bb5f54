import { z } from 'zod';
import manifest from '../package.json';

/** The version of this service, from its package. */
export const VERSION: string = z.object({ version: z.string() }).parse(manifest).version;
