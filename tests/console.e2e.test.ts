import { makeApiKey } from '@holdfast/runtime';
import { want } from '@holdfast/testing';
import { z } from 'zod';
import { describeInBrowser, isCut, type ConsolePage } from './console-browser.ts';
import { consoleOfSuite } from './console-stock.ts';
import { storePayloads } from './script-payloads.ts';

describeInBrowser('the console', () => {
  const { fleet, browser, on, goTo } = consoleOfSuite();

  test('its script comes compressed', async () => {
    const page = await (await fetch(`${fleet.client.baseUrl}/console`)).text();
    const [, script = ''] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(page) ?? [];
    for (const encoding of ['br', 'gzip']) {
      const url = `${fleet.client.baseUrl}${script}`;
      const { headers } = await fetch(url, { headers: { 'accept-encoding': encoding } });
      expect(headers.get('content-encoding')).toBe(encoding);
      expect(Number(headers.get('content-length'))).toBeLessThan(200_000);
    }
  });

  test('the slash brings the keyboard to the search, and Enter opens what was found', async () => {
    const { page } = on.opened;
    await goTo('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.type('/o-1002');
    await page.getByRole('option', { name: 'o-1002' }).waitFor();
    await on.opened.shoot('search');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'o-1002', exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/orders/o-1002');
    await page.keyboard.type(`/${on.seeded.short.id}`);
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /for o-1003/ }).waitFor();
  });

  test('an event is found by its id, and leads to the timeline that it stands in', async () => {
    const { page } = on.opened;
    const { id } = on.seeded.sold;
    const { data } = await want(200, fleet.client.get(`/v1/reservations/${id}/history`)).then((body) =>
      z
        .object({
          data: z.array(z.object({ kind: z.string(), data: z.object({ id: z.string().optional() }) })),
        })
        .parse(body),
    );
    const event = data.find(({ kind }) => kind === 'event')?.data.id ?? '';
    await goTo('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.type(`/${event}`);
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'reserved', exact: true }).waitFor();
    await page.getByLabel('Content of the event').getByText('"specversion": "1.0"').waitFor();
    expect(await on.opened.seriousFaults()).toEqual([]);
    await on.opened.shoot('event');
    await page.getByRole('link', { name: `reservation ${id}` }).click();
    await page.locator('li[data-marked=true]').waitFor();
  });

  describe('acts on a reservation:', () => {
    test('a hold is extended and confirmed, and its timeline says by whom and why', async () => {
      const { page } = on.opened;
      await goTo(`/reservations/${on.seeded.held.id}`);
      await page.getByRole('button', { name: 'Extend' }).click();
      await page.getByLabel('Minutes from now').fill('30');
      await page.getByLabel('Reason').fill('the card terminal is slow');
      await page.getByRole('dialog').getByRole('button', { name: 'Extend' }).click();
      const timeline = page.getByRole('list', { name: 'Timeline' });
      await timeline.getByText('by anonymous/Ada: the card terminal is slow').waitFor();
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByLabel('Payment reference').fill('pay-9');
      await page.getByLabel('Reason').fill('paid by telephone');
      await on.opened.shoot('confirm');
      await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('img', { name: 'State: confirmed' }).waitFor();
      await timeline.getByText('by anonymous/Ada: paid by telephone').first().waitFor();
      await on.opened.shoot('timeline-reasons');
      expect(await fleet.client.read(on.seeded.held.id)).toMatchObject({
        status: 'confirmed',
        payment_reference: 'pay-9',
      });
    });

    test('a part is cancelled with a reason, which the timeline has', async () => {
      const { page } = on.opened;
      await goTo(`/reservations/${on.seeded.sold.id}`);
      await page.getByRole('button', { name: 'Cancel units' }).click();
      await page.getByLabel('Units of TSHIRT-M at EAST').fill('2');
      await page.getByLabel('Reason').fill('customer changed their mind');
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel units' }).click();
      await page.getByText('customer changed their mind').first().waitFor();
      const { lines } = await fleet.client.read(on.seeded.sold.id);
      expect(lines[0]).toMatchObject({ confirmed_quantity: 6, cancelled_quantity: 2 });
    });

    test('a refusal is shown in the words of the API', async () => {
      const { page } = on.opened;
      await goTo(`/reservations/${on.seeded.sold.id}`);
      await page.getByRole('button', { name: 'Change lines' }).click();
      await page.getByLabel('Units of TSHIRT-M').fill('1000');
      await page.getByLabel('Reason').fill('a bulk order');
      await page.getByRole('dialog').getByRole('button', { name: 'Change lines' }).click();
      await page.getByText('This was refused').waitFor();
      expect(await page.getByRole('dialog').getByRole('alert').innerText()).toContain(
        'TSHIRT-M: 1000 requested',
      );
      await on.opened.shoot('refused');
    });
  });

  test('a level is edited in place, only if it was not changed since', async () => {
    const { page } = on.opened;
    await goTo('/stock');
    await page.getByLabel('On hand of MUG at EAST').fill('90');
    await fleet.client.setStock('MUG', 50);
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByLabel('Reason').fill('counted');
    await page.getByRole('dialog').getByRole('button', { name: 'Save the change' }).click();
    await page.getByText(/MUG at EAST: /).waitFor();
    expect(await fleet.client.availability('MUG')).toMatchObject({ on_hand: 50 });
    await page.reload();
    await page.getByLabel('On hand of MUG at EAST').fill('91');
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByLabel('Reason').fill('counted');
    await page.getByRole('dialog').getByRole('button', { name: 'Save the change' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await fleet.client.availability('MUG')).toMatchObject({ on_hand: 91 });
  });

  test('holds that a filter finds are released together, after they were shown', async () => {
    const { page } = on.opened;
    for (const cart of ['bot-1', 'bot-2', 'bot-3'])
      await fleet.client.hold('MUG', 1, { cart_id: cart, source: 'bot' });
    await goTo('/reservations?status=held&source=bot');
    await page.getByRole('button', { name: 'Release 3' }).click();
    await page.getByText('Units of MUG that they have').waitFor();
    await page.getByLabel('Reason').fill('bots');
    await page.getByRole('dialog').getByRole('button', { name: 'Release 3' }).click();
    await page.getByText('No reservation fits').waitFor();
    const [, file] = await Promise.all([
      page.getByRole('button', { name: 'Export CSV' }).click(),
      page.waitForEvent('download'),
    ]);
    expect(file.suggestedFilename()).toBe('reservations.csv');
  });

  test('every page can be used with a screen reader, in both schemes, and nothing is cut at 400 px', async () => {
    const { page } = on.opened;
    const pages = {
      overview: '/',
      'live-quiet': '/live',
      reservations: '/reservations',
      'reservation-confirmed': `/reservations/${on.seeded.short.id}`,
      'order-shipped': '/orders/o-1003',
      stock: '/stock',
      'stock-low': '/stock?tab=low',
      snapshots: '/stock?tab=snapshots',
      'sku-promises': '/skus/TSHIRT-M',
      'sku-waiting': '/skus/POSTER?tab=waiting',
      'sku-movements': '/skus/TSHIRT-M?tab=movements',
      'sku-settings': '/skus/TSHIRT-M?tab=settings',
      'sku-demand': '/skus/TSHIRT-M?tab=demand',
      'no-page': '/nowhere',
    };
    for (const [name, path] of Object.entries(pages)) {
      await goTo(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await on.opened.loaded();
      expect([name, await on.opened.seriousFaults()]).toEqual([name, []]);
      await page.setViewportSize({ width: 400, height: 800 });
      expect([name, await isCut(page)]).toEqual([name, false]);
      await on.opened.shoot(name);
    }
  });

  test('no stored text runs as a script on any page', async () => {
    const { page } = on.opened;
    const stored = await storePayloads(fleet.client);
    // As a link does it: the page stays, and shows the next address.
    const follow = async (path: string) => {
      const address = JSON.stringify(`/console${path}`);
      await page.evaluate(
        `history.pushState(null, '', ${address}); dispatchEvent(new PopStateEvent('popstate'))`,
      );
    };
    await goTo('/');
    for (const { sku, reservation } of stored) {
      const name = encodeURIComponent(sku);
      await follow(`/reservations/${reservation}`);
      await page
        .getByText(/^Release /)
        .first()
        .waitFor();
      await follow(`/skus/${name}?tab=movements`);
      await page.getByRole('table', { name: 'Movements' }).waitFor();
      await follow(`/orders/${name}`);
      await page.getByRole('table', { name: 'Reservations of the order' }).waitFor();
    }
    for (const path of ['/', '/stock', '/reservations', '/live']) {
      await follow(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await on.opened.loaded();
    }
    expect(await page.evaluate('window.ran')).toBeUndefined();
  });

  describe('with API keys', () => {
    const keys = {
      reader: makeApiKey('reader', 'reservations:read,stock:read'),
      operator: makeApiKey(
        'operator',
        'reservations:read,reservations:write,stock:read,stock:write,ops:read,events:read',
      ),
    };
    let keyed: ConsolePage;

    beforeAll(async () => {
      const api = await fleet.start('api', { API_KEYS: `${keys.reader.entry} ${keys.operator.entry}` });
      keyed = await browser.open(`${api.url}/console/skus/MUG`);
    });

    test('it asks for a key, which never stands in an address, and keeps it for the tab', async () => {
      const { page, requests } = keyed;
      await page.getByLabel('API key').fill('wrong');
      await page.getByRole('button', { name: 'Open the console' }).click();
      await page.getByText(/does not know this key/).waitFor();
      await keyed.shoot('key');
      await page.getByLabel('API key').fill(keys.reader.key);
      await page.getByRole('button', { name: 'Open the console' }).click();
      await page.getByRole('heading', { name: 'MUG' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'MUG' }).waitFor();
      expect(requests.filter((address) => address.includes(keys.reader.key))).toEqual([]);
      const kept = await page.evaluate<string>('JSON.stringify(localStorage) + document.cookie');
      expect(kept).not.toContain(keys.reader.key);
    });

    test('what the key may not do is not shown', async () => {
      const { page } = keyed;
      await page.getByRole('tab', { name: 'Who has it' }).waitFor();
      expect(await page.getByRole('button', { name: /Pause|Count|Adjust/ }).count()).toBe(0);
      expect(await page.getByRole('link', { name: /Live|Overview/ }).count()).toBe(0);
      await page.getByRole('button', { name: 'API key reader' }).click();
      await page.getByRole('menuitem', { name: 'Use another key' }).click();
      await page.getByLabel('API key').fill(keys.operator.key);
      await page.getByRole('button', { name: 'Open the console' }).click();
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      expect(await page.getByRole('link', { name: /Live|Overview/ }).count()).toBe(2);
      expect(keyed.faults).toEqual([]);
    });
  });
});
