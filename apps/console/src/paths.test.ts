import { matchPath, pathTo } from './paths.ts';

test.each(['MUG', 'A/B', '100%', '%25', '%2525', 'a b?c#d', '<script>', 'ä'])(
  'a page of %s is found again under its address',
  (sku) => {
    expect(matchPath('/skus/:sku', pathTo('/skus/:sku', { sku }))).toEqual({ sku });
  },
);

test('a path that does not fit the pattern, or cannot be decoded, has no parameters', () => {
  expect(matchPath('/skus/:sku', '/skus')).toBeNull();
  expect(matchPath('/skus/:sku', '/skus/A/B')).toBeNull();
  expect(matchPath('/skus/:sku', '/skus/%')).toBeNull();
  expect(matchPath('/', '/')).toEqual({});
});
