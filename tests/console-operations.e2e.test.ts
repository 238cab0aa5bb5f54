import { eventually, ofSuite, onPostgres, openReceiver, want } from '@holdfast/testing';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { describeInBrowser, isCut, openConsoleBrowser, type ConsolePage } from './console-browser.ts';
import { stepsOn } from './console-steps.ts';
import { openFleet } from './fleet.ts';

const inDialog = (page: Page) => page.getByRole('dialog');

describeInBrowser('an operator of the service, in the console,', () => {
  const fleet = ofSuite(() => openFleet(onPostgres, { env: { WEBHOOK_ALLOW_PRIVATE: 'true' } }));
  const browser = ofSuite(() => openConsoleBrowser());
  const receiver = ofSuite(() =>
    openReceiver((_request, response) => response.writeHead(200).end('thank you')),
  );
  let opened: ConsolePage;
  const goTo = (path: string) => opened.page.goto(`${fleet.client.baseUrl}/console${path}`);

  /** The dialog's last step, and the page after it. */
  async function confirmWith(name: string): Promise<void> {
    const dialog = inDialog(opened.page);
    await dialog.getByRole('button', { name }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  beforeAll(async () => {
    for (const sku of ['TSHIRT-M', 'MUG', 'POSTER']) await fleet.client.stock(sku, 40, 'EAST');
    opened = await browser.open(`${fleet.client.baseUrl}/console`, { actor: 'Ada' });
  });
  afterEach(() => expect(opened.faults).toEqual([]));

  test('sees in at most 5 steps which orders are stuck, and sends them again', async () => {
    const { page } = opened;
    await fleet.warehouse.spoil({ down: true });
    const sold = await fleet.client.hold('MUG', 2, { order_id: 'o-stuck' });
    await want(200, fleet.client.confirm(sold.id));
    await goTo('/');
    const steps = stepsOn(page);
    await steps.link('Warehouse');
    const row = page.getByRole('row').filter({ hasText: 'o-stuck' });
    await eventually(async () => /gateway|ECONN|socket|answered|closed/i.test(await row.innerText()));
    await page.getByText('at most 60').waitFor();
    await opened.shoot('warehouse');
    await steps.check('Select the sync of o-stuck');
    await steps.click('Retry');
    await inDialog(page).getByText('Sync of o-stuck').waitFor();
    await steps.fill('Reason', 'the cable is back');
    await opened.shoot('warehouse-retry');
    await fleet.warehouse.spoil({});
    await confirmWith('Retry');
    expect(steps.count + 1).toBeLessThanOrEqual(5);
    await page.getByRole('tab', { name: 'Sent', exact: true }).click();
    await page.getByRole('link', { name: 'o-stuck' }).waitFor();
    await page.getByRole('row').filter({ hasText: 'o-stuck' }).getByRole('link').first().click();
    await page.getByLabel('Answer of the gateway').getByText('accepted').first().waitFor();
    await page.getByText('by anonymous/Ada: the cable is back').waitFor();
    await opened.shoot('warehouse-sync');
  });

  test('tries a file, sees what it would change, and applies it', async () => {
    const { page } = opened;
    await goTo('/imports');
    const rows = ['sku,location,on_hand', 'TSHIRT-M,EAST,15', 'MUG,EAST,x', 'POSTER,EAST,40'].join('\n');
    const file = { name: 'count.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Try it' }).click();
    const differences = page.getByRole('table', { name: 'Largest differences' });
    await differences.getByText('−25').waitFor();
    await page.getByText('must be a whole number').waitFor();
    expect(await fleet.client.availability('TSHIRT-M')).toMatchObject({ on_hand: 40 });
    await opened.shoot('import-dry-run');
    await page.getByRole('button', { name: 'Apply the file' }).click();
    await confirmWith('Apply the file');
    await page.getByText('Stock import', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Revert' }).waitFor();
    expect(await fleet.client.availability('TSHIRT-M')).toMatchObject({ on_hand: 15 });
  });

  test('undoes an import in at most 5 steps', async () => {
    const { page } = opened;
    await goTo('/');
    const steps = stepsOn(page);
    await steps.link('Imports');
    await page.getByRole('table', { name: 'Imports' }).getByText('import', { exact: true }).waitFor();
    await steps.act(
      page.getByRole('row').filter({ hasNotText: 'dry run' }).getByRole('link').first().click(),
    );
    await steps.click('Revert');
    await inDialog(page).getByText('Rows whose change is taken back').waitFor();
    await opened.shoot('import-revert');
    await confirmWith('Revert');
    expect(steps.count + 1).toBeLessThanOrEqual(5);
    await page.getByText('Stock revert').waitFor();
    await eventually(async () => (await fleet.client.availability('TSHIRT-M')).on_hand === 40);
    await page.getByText('succeeded').waitFor();
    await opened.shoot('import');
  });

  test('adds a webhook endpoint, sees its secret once, tests it and disables it', async () => {
    const { page } = opened;
    await goTo('/events');
    await page.getByText('There is no endpoint').waitFor();
    await opened.shoot('endpoints-none');
    await page.getByRole('button', { name: 'Add an endpoint' }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill(receiver.url);
    await page.getByLabel('What it is for').fill('the shop');
    await confirmWith('Add an endpoint');
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await confirmWith('Send a test');
    const sent = page.getByRole('row').filter({ hasText: 'test' });
    await sent.getByText('succeeded').waitFor();
    await sent.getByText('thank you').waitFor();
    await sent.getByRole('button', { name: 'Show' }).click();
    await sent.getByLabel('Payload of the delivery').getByText('This is a test').waitFor();
    expect(receiver.requests).toHaveLength(1);
    await opened.shoot('endpoint');
    await page.getByRole('button', { name: 'Disable' }).click();
    await confirmWith('Disable');
    await page.getByText('disabled', { exact: true }).first().waitFor();
    await page.reload();
    await page.getByRole('heading', { name: receiver.url }).waitFor();
    expect(await page.getByText(/^whsec_/).count()).toBe(0);
  });

  test('sees events as they come, and processes a dead one when its cause is gone', async () => {
    const { page } = opened;
    await goTo('/events?tab=feed');
    await page.getByText('No event yet').waitFor();
    await eventually(async () => {
      await fleet.client.hold('POSTER', 1, { order_id: 'o-feed' });
      return page.getByRole('table', { name: 'Feed' }).isVisible();
    });
    await page.getByRole('button', { name: 'Show' }).first().click();
    await page.getByText('"specversion": "1.0"').first().waitFor();
    await opened.shoot('feed');
    const data = { order_id: 'o-dead', lines: [{ sku: 'SCARF', quantity: 1 }] };
    const event = { specversion: '1.0', id: 'e-1', source: 'shop', type: 'order.order.created', data };
    const sent = await fetch(`${fleet.client.baseUrl}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
    });
    expect(sent.status).toBe(202);
    await page.getByRole('tab', { name: 'Dead events' }).click();
    const row = page.getByRole('row').filter({ hasText: 'order.order.created' });
    await row.getByText('There is no SKU SCARF').waitFor();
    await opened.shoot('dead-events');
    await fleet.client.stock('SCARF', 3, 'EAST');
    await row.getByRole('button', { name: 'Retry' }).click();
    await confirmWith('Retry');
    await page.getByText('There are no dead events').waitFor();
    expect(await fleet.client.availability('SCARF')).toMatchObject({ reserved: 1 });
  });

  test('repairs a counter after it was shown what that changes, and sees the run that finds nothing', async () => {
    const { page } = opened;
    await fleet.query(`UPDATE stock_levels SET reserved = reserved + 5 WHERE sku = 'TSHIRT-M'`);
    await goTo('/reconciliation');
    await page.getByText('reserved is wrong').waitFor();
    await page.getByRole('button', { name: 'Repair' }).click();
    await inDialog(page).getByText('reserved of TSHIRT-M at EAST').waitFor();
    await opened.shoot('repair');
    await confirmWith('Repair');
    await page.getByText('Every counter is right').waitFor();
    await page.getByRole('button', { name: 'Start a run' }).click();
    await confirmWith('Start a run');
    await page.getByText('Reconciliation, dry run').waitFor();
    await page.getByText('succeeded').waitFor();
    await page.getByText('None were found').waitFor();
    expect(await fleet.client.availability('TSHIRT-M')).toMatchObject({ reserved: 0 });
  });

  test('every page can be used with a screen reader, and nothing is cut at 400 px', async () => {
    const { page } = opened;
    const endpoints = await want(200, fleet.client.get('/v1/webhook-endpoints'));
    const { data } = z.object({ data: z.array(z.object({ id: z.string() })) }).parse(endpoints);
    const paths = [
      '/warehouse',
      '/warehouse?state=succeeded',
      '/imports',
      '/events',
      '/events?tab=feed',
      '/events?tab=dead',
      `/events/endpoints/${data[0]?.id}`,
      '/events/endpoints/0199b0c4-0000-7000-8000-000000000000',
      '/reconciliation',
      '/system',
    ];
    for (const path of paths) {
      await goTo(path);
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      expect([path, await opened.seriousFaults()]).toEqual([path, []]);
      await page.setViewportSize({ width: 400, height: 800 });
      expect([path, await isCut(page)]).toEqual([path, false]);
    }
    await goTo('/system');
    await page.getByText('RESERVATION_TTL_SECONDS').waitFor();
    await page.getByText('at most 60').waitFor();
    expect(await page.content()).not.toContain(fleet.databaseUrl);
    await opened.shoot('system');
  });
});
