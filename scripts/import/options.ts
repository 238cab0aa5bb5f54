import { statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { port, readConfig } from '@holdfast/runtime';
import { z } from 'zod';

/** Where the API is, and as whom it is called. */
export interface ApiAddress {
  /** Without a slash at the end. */
  readonly url: string;
  readonly apiKey: string | undefined;
}

/** A file to import. */
export interface ImportOptions extends ApiAddress {
  readonly file: string;
  /** How large the file is. */
  readonly bytes: number;
  readonly contentType: string;
  readonly idempotencyKey: string | undefined;
  /** What the API is to do with it, as in its query. */
  readonly create: string | undefined;
  readonly absent: string | undefined;
  readonly isDryRun: boolean;
  /** Whether to import without showing first what the file does, and asking. */
  readonly isAgreed: boolean;
}

/** What the command is to do. */
export type ImportTask =
  | { readonly task: 'import'; readonly options: ImportOptions }
  | { readonly task: 'list'; readonly options: ApiAddress }
  | { readonly task: 'revert'; readonly options: ApiAddress; readonly id: string };

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
};

const HELP = `npm run import -- FILE [options]

  FILE                    .csv, with a header: sku,location,on_hand[,safety_stock,backorder_limit,name,reason,
                          version]; or delta in place of on_hand. Or .ndjson (.jsonl), one object with these names on each line.
  --dry-run               only show what the file would do
  --yes                   import at once, without showing that and asking: for scripts
  --create all|skus|none  what the file may create (all)
  --absent keep|zero      zero: levels at the file's locations that it does not name become 0 (keep)
  --url URL               where the API is (http://127.0.0.1:PORT, with PORT from the environment or .env, else 3000)
  --idempotency-key KEY   any name for this file: sent again with the same key, it is imported once
  --list                  in place of a file: list the last imports
  --revert ID             in place of a file: undo an import
  --help

Environment, or .env: HOLDFAST_API_KEY, an API key with the scopes stock:write and stock:read, where the API wants one.

Exit code: 0 all rows applied, 2 some rejected, 1 failed, not agreed to, or the end is not known.
`;

const KEY_AS_ARGUMENT =
  '--api-key is not taken: every user of this machine can read the arguments of its processes. Set HOLDFAST_API_KEY in ' +
  'the environment or in .env instead, and replace the key that was typed here.';

/** Null: help was requested, and shown. @throws {Error} with the reason */
export function readImportOptions(
  args: readonly string[],
  env: Record<string, string | undefined>,
): ImportTask | null {
  if (args.some((arg) => arg === '--api-key' || arg.startsWith('--api-key=')))
    throw new Error(KEY_AS_ARGUMENT);
  const { values, positionals } = parse(args);
  if (values.help) {
    process.stdout.write(HELP);
    return null;
  }
  const address = {
    url: values.url === undefined ? ownUrl(env) : readUrl(values.url),
    apiKey: readApiKey(env),
  };
  if (values.list) return { task: 'list', options: address };
  if (values.revert !== undefined) return { task: 'revert', options: address, id: values.revert };
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new Error(`Name one file.\n\n${HELP}`);
  const contentType = CONTENT_TYPES[extname(file).toLowerCase()];
  if (contentType === undefined) {
    throw new Error(`${file}: its name must end with ${Object.keys(CONTENT_TYPES).join(', ')}`);
  }
  // npm runs us at the root of the repository, and says where the command was typed.
  const path = resolve(env['INIT_CWD'] ?? '.', file);
  const options = {
    ...address,
    file: path,
    bytes: sizeOf(path),
    contentType,
    idempotencyKey: values['idempotency-key'],
    create: values.create,
    absent: values.absent,
    isDryRun: values['dry-run'] ?? false,
    isAgreed: values.yes ?? false,
  };
  return { task: 'import', options };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        'idempotency-key': { type: 'string' },
        create: { type: 'string' },
        absent: { type: 'string' },
        'dry-run': { type: 'boolean' },
        yes: { type: 'boolean' },
        list: { type: 'boolean' },
        revert: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    const { message } = z.object({ message: z.string() }).parse(error);
    const [what] = message.split(/\. |\n/); // and not how to escape a dash
    throw new Error(`${what}.\n\n${HELP}`, { cause: error });
  }
}

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new Error(`${file}: there is no such file`);
  return found.size;
}

/** The address of the API on this machine: the same setting tells it where to listen. */
function ownUrl(env: Record<string, string | undefined>): string {
  const { PORT } = readConfig(z.object({ PORT: port().default(3000) }), env);
  if (PORT === 0) throw new Error('PORT is 0, any free port: say with --url where the API is');
  return `http://127.0.0.1:${PORT}`;
}

function readApiKey({ HOLDFAST_API_KEY: key = '' }: Record<string, string | undefined>): string | undefined {
  if (key === '') return undefined;
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new Error('HOLDFAST_API_KEY: must be an API key, without blanks or quotes around it');
}

function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return new URL(text).href.replace(/\/+$/, '');
  throw new Error(`--url ${text}: must be a URL such as http://127.0.0.1:3000`);
}
