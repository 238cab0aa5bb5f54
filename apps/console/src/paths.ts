// Names of SKUs, orders and carts stand in addresses, and may have any character. Routers that decode an
// address before they match it cannot tell "%25" from "%", so these match the address as it is, and decode
// each part once.

export type PathParams = Readonly<Record<string, string>>;

/** The parameters of a path that fits the pattern, as `/skus/:sku`. Null: it does not fit. */
export function matchPath(pattern: string, path: string): PathParams | null {
  const wanted = pattern.split('/');
  const parts = path.replace(/\/$/, '').split('/');
  if (parts.length === 1) parts.push('');
  if (wanted.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, name] of wanted.entries()) {
    const part = parts[index] ?? '';
    if (!name.startsWith(':')) {
      if (name !== part) return null;
      continue;
    }
    const value = decodePart(part);
    if (!value) return null;
    params[name.slice(1)] = value;
  }
  return params;
}

function decodePart(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** A path of the pattern: `pathTo('/skus/:sku', { sku: 'A/B' })` is `/skus/A%2FB`. */
export function pathTo(pattern: string, params: PathParams): string {
  return pattern.replaceAll(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ''));
}
