import { z } from 'zod';

const created = z.object({ id: z.string() });

/** Has the API send every event from now on to `url`. @returns how to end that */
export async function subscribe(apiUrl: string, url: string): Promise<() => Promise<void>> {
  const { id } = created.parse(JSON.parse(await call(apiUrl, 'POST', '/v1/webhook-endpoints', { url })));
  return async () => void (await call(apiUrl, 'DELETE', `/v1/webhook-endpoints/${id}`));
}

async function call(apiUrl: string, method: string, path: string, content?: object): Promise<string> {
  const response = await fetch(new URL(path, apiUrl), {
    method,
    ...(content && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
}
