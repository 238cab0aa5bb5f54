import { statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface ImportOptions {
  readonly file: string;
  /** How large the file is. */
  readonly bytes: number;
  readonly contentType: string;
  readonly url: URL;
  /** The API key, if one is needed. */
  readonly key: string | undefined;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
};

const HELP = `npm run import -- FILE [options]

  FILE               .csv, with a header: sku,location,on_hand[,safety_stock,name]; or delta in place of on_hand.
                     Or .ndjson (.jsonl), one object with these names on each line.
  --url URL          where the API is (http://127.0.0.1:3000)
  --key KEY          an API key with the scope stock:write and stock:read, where the API wants one
  --help

Exit code: 0 all rows applied, 2 some rejected, 1 failed.
`;

/** Null: help was asked for, and given. @throws {Error} that says what is wrong */
export function readImportOptions(args: readonly string[]): ImportOptions | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:3000' },
      key: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return null;
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new Error(`Name one file.\n\n${HELP}`);
  const contentType = CONTENT_TYPES[extname(file).toLowerCase()];
  if (contentType === undefined) {
    throw new Error(`${file}: its name must end with ${Object.keys(CONTENT_TYPES).join(', ')}`);
  }
  // npm runs us at the root of the repository, and says where the command was typed.
  const path = resolve(process.env['INIT_CWD'] ?? '.', file);
  return { file: path, bytes: sizeOf(path), contentType, url: readUrl(values.url), key: values.key };
}

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new Error(`${file}: there is no such file`);
  return found.size;
}

function readUrl(text: string): URL {
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return new URL(text);
  throw new Error(`--url ${text}: must be a URL such as http://127.0.0.1:3000`);
}
