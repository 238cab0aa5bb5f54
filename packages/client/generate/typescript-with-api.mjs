/**
 * For generators, which use TypeScript as a library: the TypeScript of this project (7) cannot be used as
 * one.
 */
import { register } from 'node:module';

const resolve = "(name, at, next) => next(name === 'typescript' ? 'typescript-with-api' : name, at)";
register(`data:text/javascript,export const resolve = ${encodeURIComponent(resolve)}`);
