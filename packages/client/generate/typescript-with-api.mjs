/** For generators, which use TypeScript as a library: TypeScript 7 of this project is not one. */
import { register } from 'node:module';

const resolve = "(name, at, next) => next(name === 'typescript' ? 'typescript-with-api' : name, at)";
register(`data:text/javascript,export const resolve = ${encodeURIComponent(resolve)}`);
