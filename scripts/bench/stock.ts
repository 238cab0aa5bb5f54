const SKUS = 1_000;
const ON_HAND = 1_000_000_000;
const AT_ONCE = 50;

const body = (sku: string) => JSON.stringify({ order_id: 'o-1001', lines: [{ sku, quantity: 1 }] });

const skuNames = Array.from({ length: SKUS }, (_, index) => `SKU-${index}`);

/** What the requests ask for, in turn. */
export const oneHotSku: readonly string[] = [body('SKU-0')];
/** In a mixed order, so that neighbours in a batch are not neighbours in the index. */
export const thousandSkus: readonly string[] = skuNames.map((_, index) =>
  body(`SKU-${(index * 617) % SKUS}`),
);

/** Fills the shop: 1,000 SKUs at one location, more of each than any bench can sell. */
export async function stockUp(apiUrl: string): Promise<void> {
  const put = async (path: string, content: object) => {
    const response = await fetch(new URL(path, apiUrl), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(content),
    });
    if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  await put('/v1/locations/WH-1', {});
  for (let start = 0; start < SKUS; start += AT_ONCE) {
    await Promise.all(
      skuNames.slice(start, start + AT_ONCE).map(async (sku) => {
        await put(`/v1/skus/${sku}`, {});
        await put(`/v1/stock-levels/${sku}/WH-1`, { on_hand: ON_HAND });
      }),
    );
  }
}
