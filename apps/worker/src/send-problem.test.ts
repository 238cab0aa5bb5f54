import { createLogger } from '@holdfast/runtime';
import express from 'express';
import request from 'supertest';
import { answerErrors, answerNotFound } from './send-problem.ts';

const app = express();
app.get('/fails', () => {
  throw new Error('a secret of the worker');
});
app.use(answerNotFound);
app.use(answerErrors(createLogger('worker', 'error')));

test.each([
  ['get', '/'],
  ['get', '/nowhere'],
  ['post', '/healthz'],
] as const)('%s %s is not found, in the form of the API', async (method, path) => {
  const call = request(app)[method](path);
  const { body } = await call.expect(404).expect('Content-Type', 'application/problem+json; charset=utf-8');
  expect(body).toMatchObject({ code: 'not_found', status: 404, detail: expect.stringContaining('/readyz') });
});

test('an error is answered without its insides', async () => {
  const { text } = await request(app)
    .get('/fails')
    .expect(500)
    .expect('Content-Type', /^application\/problem\+json/);
  expect(text).not.toMatch(/secret|\.ts:/);
});
