// Drives Swagger UI in a real browser, as a person would: creates a domain, uploads a boot image by the file chooser, and
// takes a checkpoint.   node swagger-ui.cjs BASE_URL [SCREENSHOT_FOLDER]     (needs playwright-core and Chromium)
const {chromium} = require('playwright-core');
const fs = require('fs');
const os = require('os');
const path = require('path');

const base = process.argv[2];
const pictures = process.argv[3];
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

// Opens an operation by method and path, fills its parameters and body, executes it, returns {status, body}.
async function tryOut(page, method, route, {parameters = {}, body, file} = {}) {
  const block = page.locator(`.opblock-${method}`).filter({has: page.locator(`.opblock-summary-path[data-path="${route}"]`)});
  await block.locator('.opblock-summary-control').first().click();
  await block.getByRole('button', {name: 'Execute'}).waitFor();
  for (const [name, value] of Object.entries(parameters)) {
    await block.locator(`tr[data-param-name="${name}"] input`).first().fill(value);
  }
  if (file) {
    await block.locator('input[type=file]').setInputFiles(file);
  }
  if (body !== undefined) {
    await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
  }
  await block.getByRole('button', {name: 'Execute'}).click();
  const live = block.locator('.live-responses-table tbody tr').first();
  await live.waitFor({timeout: 60000});
  const status = parseInt(await live.locator('.response-col_status').innerText(), 10);
  const text = await live.locator('.response-col_description').innerText();
  if (pictures) {
    await page.screenshot({path: path.join(pictures, `${method}${route.replace(/\W+/g, '-')}.png`)});
  }
  await block.locator('.opblock-summary-control').first().click();
  return {status, text};
}

function expect(what, got, wanted) {
  if (!wanted.includes(got.status)) {
    throw new Error(`${what}: expected ${wanted.join(' or ')}, got ${got.status}\n${got.text}`);
  }
  console.log(`${what}: ${got.status}`);
}

(async () => {
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true, args: flags});
  const failures = [];
  try {
    const page = await browser.newPage({viewport: {width: 1300, height: 1600}});
    page.on('pageerror', error => failures.push(String(error)));
    await page.goto(base + '/');
    page.setDefaultTimeout(15000);
    await page.locator('.opblock').first().waitFor({timeout: 30000});
    if (pictures) {
      await page.screenshot({path: path.join(pictures, 'swagger-ui.png')});
    }
    const name = `browser-${process.pid}`;
    expect('create a domain', await tryOut(page, 'post', '/v1/domains', {body: {name}}), [201]);

    const upload = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'xenolith-')), 'ramdisk.cpio');
    fs.writeFileSync(upload, `a ramdisk of ${name}\n`);
    expect('upload by the file chooser',
        await tryOut(page, 'post', '/v1/boot-images', {parameters: {name}, file: upload}), [201]);

    expect('take a checkpoint', await tryOut(page, 'post', '/v1/domains/{id}/checkpoints',
        {parameters: {id: name, Prefer: 'wait=30'}, body: {name}}), [201, 202]);

    for (const route of [`/v1/domains/${name}?force=true`, `/v1/checkpoints/${name}`, `/v1/boot-images/${name}`]) {
      const answer = await fetch(base + route, {method: 'DELETE'});
      if (answer.status !== 204) throw new Error(`DELETE ${route}: expected 204, got ${answer.status}`);
    }
    if (failures.length) throw new Error(`script errors on the page: ${failures.join('; ')}`);
    console.log('Swagger UI: create, upload and checkpoint work in the browser');
  } finally {
    await browser.close();
  }
})().catch(error => {
  console.error(error.message);
  process.exit(1);
});
