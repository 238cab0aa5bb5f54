import { mkdirSync, readFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { eventually, scaled } from '@holdfast/testing';
import { type Browser, chromium, type Page } from 'playwright-core';

const ROOT = join(__dirname, '..');
const program = process.env['HOLDFAST_TEST_CHROMIUM'];

/** Suites in a browser are skipped if there is no browser, as the run's first lines say. */
export const describeInBrowser = program ? describe : describe.skip;

/** The folder for pictures of the pages. Not set: none are taken. */
const PICTURES = process.env['CONSOLE_PICTURES'];
/** In this folder are only the pictures that the documents show. */
const OF_DOCUMENTS = join(ROOT, 'docs/pictures');
const DOCUMENT = readFileSync(join(ROOT, 'docs/console.md'), 'utf8');

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const WIDE = { width: 1_440, height: 900 };
const NARROW = { width: 400, height: 800 };

/** The page shows the expected text within this time. */
const SHOWN_WITHIN_MS = 20_000;

interface PageOptions {
  /** The name of the person at this browser: the console asks for it once. */
  readonly actor?: string;
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** The built console in a browser of its own. */
export async function openConsoleBrowser() {
  buildConsole();
  if (PICTURES !== undefined) mkdirSync(PICTURES, { recursive: true });
  const executablePath = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  return {
    open: (url: string, options: PageOptions = {}) => openPage(browser, url, options),
    close: () => browser.close(),
  };
}

export type ConsolePage = Awaited<ReturnType<typeof openPage>>;

/** As `npm start` does it, if the sources have changed. */
function buildConsole(): void {
  const script = `import { setUp } from '${join(ROOT, 'scripts/bootstrap/setup.mjs')}'; await setUp('${ROOT}', 'everything', { withConsole: true });`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

async function openPage(browser: Browser, url: string, { actor }: PageOptions) {
  const { origin } = new URL(url);
  const localStorage = actor === undefined ? [] : [{ name: 'holdfast.actor', value: actor }];
  const storageState = { cookies: [], origins: [{ origin, localStorage }] };
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', storageState });
  const page = await context.newPage();
  page.setDefaultTimeout(scaled(SHOWN_WITHIN_MS));
  const faults: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    // The browser itself reports each refused call; the page shows it to its user.
    const isRefusedCall = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusedCall) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('dialog', (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return {
    page,
    /** What the page wrote to the browser's console as an error, and dialogs that it opened. */
    faults,
    /** The addresses that it has asked for. */
    requests,
    /** Waits until all of the page has its data. */
    loaded: () => eventually(async () => (await page.locator('[aria-busy="true"]').count()) === 0),
    shoot: (name: string) => shoot(page, name),
    seriousFaults: () => seriousFaults(page),
    close: () => context.close(),
  };
}

/** Wide and narrow, light and dark: `name-1440-light.png` and so on. */
async function shoot(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  // What is behind a dialog is not for the picture.
  const fullPage = (await page.getByRole('dialog').count()) === 0;
  for await (const { width, colorScheme } of viewsOf(page)) {
    await page.evaluate('scrollTo(0, 0)');
    const file = `${name}-${width}-${colorScheme}.png`;
    if (resolve(PICTURES) === OF_DOCUMENTS && !DOCUMENT.includes(`/${file})`)) continue;
    const path = join(PICTURES, file);
    await page.screenshot({ path, fullPage, animations: 'disabled' });
  }
}

/** Shows the page in both colour schemes and widths, and in the end light and wide. */
async function* viewsOf(page: Page) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const viewport of [WIDE, NARROW]) {
      await page.setViewportSize(viewport);
      yield { width: viewport.width, colorScheme };
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(WIDE);
}

/** Barriers that axe finds on the page, in both colour schemes and widths. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found: string[] = [];
  for await (const { width, colorScheme } of viewsOf(page)) {
    const violations = await page.evaluate<Violation[]>(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
    );
    for (const { id, impact, help, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push(
        ...nodes.map(
          ({ html, failureSummary }) =>
            `${colorScheme} ${width} ${id}: ${help}: ${html.slice(0, 200)} ${failureSummary}`,
        ),
      );
    }
  }
  return found;
}

/** A chart takes a moment to follow the size of the window. */
const FOLLOWS_WITHIN_MS = 2_000;

/** Whether something of the page stays wider than the screen: then it is cut, or the page scrolls sideways. */
export const isCut = (page: Page): Promise<boolean> =>
  eventually(() => page.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth'), {
    timeoutMs: FOLLOWS_WITHIN_MS,
  }).then(
    () => false,
    () => true,
  );
