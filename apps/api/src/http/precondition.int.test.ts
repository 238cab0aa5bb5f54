import { routes } from '../routes.ts';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();
const ID = '0199b0c4-0000-7000-8000-000000000000';

test('a call refuses a precondition that it does not honour, and does nothing', async () => {
  const accepted: string[] = [];
  for (const { method, path, conditional, scope } of routes(api.context)) {
    if (scope === null) continue;
    const honoured = conditional ?? (method === 'get' ? 'if-none-match' : '');
    const names = ['If-Match', 'If-None-Match'].filter(
      (name) => !honoured.split(' or ').includes(name.toLowerCase()),
    );
    for (const name of names) {
      const body = method === 'get' || method === 'delete' ? undefined : {};
      const reply = await api.call(method, path.replaceAll(/\{\w+\}/g, ID), body, { [name]: '*' });
      const isRefused = JSON.stringify(reply.body).includes(`"path":"${name}"`);
      if (reply.status !== 400 || !isRefused) accepted.push(`${method} ${path} ${name}`);
    }
  }
  expect(accepted).toEqual([]);
});

test('a SKU is not overwritten by a PUT that was only to create it', async () => {
  await api.call('put', '/v1/skus/MUG', { name: 'Mug' });
  const only = await api.call('put', '/v1/skus/MUG', { name: 'Cup' }, { 'If-None-Match': '*' });
  expect(only).toMatchObject({ status: 400, body: { errors: [{ path: 'If-None-Match' }] } });
  expect(await api.call('get', '/v1/skus/MUG')).toMatchObject({ body: { name: 'Mug' } });
});

test('a GET with If-None-Match is answered whole, as a cache may ask', async () => {
  await api.call('put', '/v1/skus/CUP', {});
  const reply = await api.call('get', '/v1/skus/CUP', undefined, { 'If-None-Match': '"1"' });
  expect(reply).toMatchObject({ status: 200, body: { sku: 'CUP' } });
});
