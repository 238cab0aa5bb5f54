import { createHash } from 'node:crypto';
import { PROBLEMS, problemPath, type ProblemCode } from '@holdfast/contract';
import type { Publisher } from '@holdfast/events';
import { Router, type RequestHandler, type Response } from 'express';
import { Problem, PROBLEM_CODES } from '../http/problem.ts';
import { exampleOfProblem, PROBLEM_TEXTS } from './problem-texts.ts';

/** The page of each code, to which the `type` of its problems leads, and a list of them. No key is needed. */
export function serveProblemPages(publisher: Publisher): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const index = indexPage();
  const pages = new Map(PROBLEM_CODES.map((code) => [problemPath(code), pageOf(code, publisher)]));
  router.get('/problems', (_request, response) => sendPage(response, index));
  const answerPage: RequestHandler = ({ path }, response, next) => {
    const page = pages.get(path);
    if (page === undefined) next(new Problem('not_found', 'There is no such code: /problems lists them.'));
    else sendPage(response, page);
  };
  router.get('/problems/:code', answerPage);
  return router;
}

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 44rem; padding: 1.5rem 1rem 3rem; line-height: 1.55;
  font-family: system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1rem 0 0.5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.25rem; }
p { margin: 0.25rem 0; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { border: 1px solid color-mix(in srgb, currentcolor 25%, transparent); border-radius: 0.4rem;
  padding: 0.75rem; white-space: pre-wrap; }
dt { margin-top: 0.5rem; } dd { margin: 0; }
ul { list-style: none; padding: 0; } li { padding: 0.35rem 0; }
.note { color: color-mix(in srgb, currentcolor 70%, transparent); }
`;

/** No script, nothing from other hosts, and only the style sheet in the page. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

function sendPage(response: Response, page: string): void {
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(page);
}

function indexPage(): string {
  const entries = PROBLEM_CODES.map((code) => {
    const [status, title] = PROBLEMS[code];
    return `<li><a href=".${problemPath(code)}"><code>${code}</code></a> <span class="note">${status}</span><br>${escape(title)}</li>`;
  });
  return htmlPage(
    'Problems',
    `<p class="note"><a href="./docs">Holdfast reference</a></p>
<h1>Problems</h1>
<p>Every refusal has a <code>code</code>, which never changes, and a <code>type</code>, which is the address of its page.</p>
<ul>${entries.join('\n')}</ul>`,
  );
}

function pageOf(code: ProblemCode, publisher: Publisher): string {
  const [status, title] = PROBLEMS[code];
  const { happened, todo, adds = {} } = PROBLEM_TEXTS[code];
  const added = Object.entries(adds).map(
    ([field, meaning]) => `<dt><code>${field}</code></dt><dd>${marked(meaning)}.</dd>`,
  );
  const example = JSON.stringify(exampleOfProblem(code, publisher), null, 2);
  return htmlPage(
    title,
    `<p class="note"><a href="../docs">Holdfast reference</a> · <a href="../problems">Problems</a></p>
<h1>${escape(title)}</h1>
<p class="note"><code>${code}</code> · HTTP ${status}</p>
<h2>What happened</h2>
<p>${marked(happened)}</p>
<h2>What to do</h2>
<p>${marked(todo)}</p>
${added.length > 0 ? `<h2>Added fields</h2>\n<dl>${added.join('\n')}</dl>` : ''}
<h2>Example</h2>
<pre tabindex="0">${escape(example)}</pre>`,
  );
}

const htmlPage = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Holdfast</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

/** Text between backticks is code. */
const marked = (text: string): string => escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
