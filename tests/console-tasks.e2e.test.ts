import { eventually, want } from '@holdfast/testing';
import { describeInBrowser } from './console-browser.ts';
import { stepsOn } from './console-steps.ts';
import { consoleOfSuite } from './console-stock.ts';

describeInBrowser('an operator in the console', () => {
  const { fleet, on, goTo } = consoleOfSuite();

  describe('in at most 5 steps', () => {
    beforeEach(() => goTo('/'));

    test('finds out where missing units went', async () => {
      const { page } = on.opened;
      const steps = stepsOn(page);
      await steps.search('TSHIRT-M');
      await steps.tab('Where did the units go?');
      const table = page.getByRole('table', { name: 'Where the units went' });
      await table.getByText('Adjusted: broken in aisle 4').waitFor();
      const rows = await table.getByRole('row').allInnerTexts();
      expect(rows.find((row) => row.includes('broken in aisle 4'))).toContain('−3');
      expect(rows.at(-1)).toMatch(/62\s+2\s+6$/);
      expect(rows.join()).not.toContain('Not explained');
      expect(steps.count).toBeLessThanOrEqual(5);
      await on.opened.shoot('sku-units');
    });

    test('stops a SKU, and sells it again', async () => {
      const { page } = on.opened;
      const steps = stepsOn(page);
      await steps.search('MUG');
      await steps.click('Pause');
      await page.getByText('Available to new orders').waitFor();
      await on.opened.shoot('sku-pause');
      await steps.fill('Reason', 'wrong photo');
      await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
      await page.getByText('paused', { exact: true }).first().waitFor();
      expect(steps.count + 1).toBeLessThanOrEqual(5);
      expect(await want(409, fleet.client.tryHold('MUG'))).toMatchObject({ code: 'sku_inactive' });
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.getByLabel('Reason').fill('corrected');
      await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
      await page.getByText('active', { exact: true }).first().waitFor();
      await page.getByRole('tab', { name: 'Settings' }).click();
      const settings = page.getByRole('table', { name: 'Settings of the SKU' });
      await settings.getByText('corrected').waitFor();
      expect(await settings.innerText()).toMatch(
        /resumed\s+anonymous\/Ada\s+corrected[^]+paused\s+anonymous\/Ada\s+wrong photo/,
      );
      await on.opened.shoot('sku-settings-changed');
      await want(201, fleet.client.tryHold('MUG'));
    });

    test('sees who holds a SKU', async () => {
      const { page } = on.opened;
      const steps = stepsOn(page);
      await steps.search('TSHIRT-M');
      const table = page.getByRole('table', { name: /^Who has TSHIRT-M at/ });
      await table.getByRole('link', { name: 'o-1002' }).waitFor();
      expect(await table.innerText()).toMatch(/o-1001[^]*cu-5|cu-5[^]*o-1001/);
      expect(steps.count).toBeLessThanOrEqual(5);
      await on.opened.shoot('sku');
    });

    test('sees what a customer has', async () => {
      const { page } = on.opened;
      const steps = stepsOn(page);
      await steps.search('cu-5');
      const units = page.getByRole('table', { name: 'Units by SKU' });
      await units.waitFor();
      expect(await units.innerText()).toMatch(/TSHIRT-M\s+2\s+6\s+0/);
      expect(steps.count).toBeLessThanOrEqual(5);
      await on.opened.shoot('customer');
    });

    test('sees what left in a parcel that was short', async () => {
      const { page } = on.opened;
      const steps = stepsOn(page);
      await steps.search('o-1003');
      await page.getByRole('heading', { name: 'o-1003' }).waitFor();
      await on.opened.shoot('order');
      await steps.link(on.seeded.short.id.slice(0, 8));
      await page.getByText('EAST: 4, 3 shipped').waitFor();
      await page.getByText(/^Fulfill/).waitFor();
      await steps.click('Payload and answer');
      await page.getByLabel('Answer', { exact: true }).getByText('accepted').waitFor();
      expect(steps.count).toBeLessThanOrEqual(5);
      await on.opened.shoot('reservation');
    });

    test('watches a sale, and pauses it in one click', async () => {
      const { page } = on.opened;
      const steps = stepsOn(page);
      await steps.link('Live');
      await page.getByText('The last two minutes').waitFor();
      await fleet.client.stock('TICKET', 500, 'EAST');
      for (let call = 0; call < 40; call += 1) {
        const { id } = await fleet.client.hold('TICKET', 1 + (call % 4), { ttl_seconds: 100 });
        if (call % 3 === 0) await want(200, fleet.client.confirm(id, { order_id: `t-${call}` }));
      }
      const row = page
        .getByRole('table', { name: 'SKUs of the sale' })
        .getByRole('row')
        .filter({ hasText: 'TICKET' });
      await eventually(async () => expect(await row.innerText()).toMatch(/TICKET\s+400\s/));
      await on.opened.shoot('live');
      await steps.click('Pause TICKET now');
      await row.getByText('paused').waitFor();
      expect(steps.count).toBeLessThanOrEqual(5);
      expect(await want(409, fleet.client.tryHold('TICKET'))).toMatchObject({ code: 'sku_inactive' });
      await want(200, fleet.client.put('/v1/skus/TICKET', { active: true }));
    });
  });

  test.each([
    { after: 'the API was away', isAsleep: false },
    { after: 'the laptop slept, and the API was away meanwhile', isAsleep: true },
  ])('the live page continues by itself after $after', async ({ isAsleep }) => {
    const { page } = on.opened;
    const sku = isAsleep ? 'ASLEEP' : 'AWAKE';
    await goTo('/live');
    await page.getByText('Events seen').waitFor();
    const browser = await page.context().newCDPSession(page);
    if (isAsleep) await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
    const [api] = fleet.apis;
    if (!api) throw new Error('no API');
    const { port } = new URL(api.url);
    await fleet.stop(api);
    await fleet.start('api', { PORT: port });
    await fleet.client.stock(sku, 10, 'EAST');
    await want(201, fleet.client.tryHold(sku, 3));
    if (isAsleep) await browser.send('Page.setWebLifecycleState', { state: 'active' });
    const table = page.getByRole('table', { name: 'SKUs of the sale' });
    const row = table.getByRole('row').filter({ hasText: sku });
    await row.waitFor();
    await eventually(async () => expect(await row.innerText()).toMatch(new RegExp(`${sku}\\s+7\\s`)));
    await browser.detach();
  });
});
