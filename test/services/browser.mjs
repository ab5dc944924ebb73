// Chromium without a window, told by the DevTools protocol over a pipe (`--remote-debugging-pipe`): messages of JSON, each
// ended by a zero byte, written to its file descriptor 3 and read from 4. So no port is open, and no package is needed.
import { spawn } from 'node:child_process';
import { newFolder } from '../tools/scratch.mjs';

/** What a run waits for an answer, in milliseconds. */
const patience = 30_000;

/**
 * Does something in a browser of its own.
 * @template T
 * @param {(browser: Browser) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withBrowser(work) {
  const browser = await Browser.start();
  try {
    return await work(browser);
  } finally {
    await browser.stop();
  }
}

class Browser {
  #child;
  #next = 1;
  #waiting = new Map();
  #listeners = new Set();
  #ended;

  constructor(child) {
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    let rest = '';
    child.stdio[4].setEncoding('utf8').on('data', (text) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop();
      for (const message of messages) this.#take(JSON.parse(message));
    });
  }

  static async start() {
    const args = [
      '--headless',
      '--remote-debugging-pipe',
      `--user-data-dir=${newFolder('chromium')}`,
      // Checks run as root in a container, where Chromium has no sandbox; it opens files of ours only.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
    ];
    const child = spawn('chromium', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(error.code === 'ENOENT' ? new Error('chromium is missing: apt-get install chromium') : error),
      );
    });
    return new Browser(child);
  }

  async stop() {
    this.#child.kill();
    await this.#ended;
  }

  #take({ id, method, params, sessionId, result, error }) {
    if (id === undefined) {
      for (const listener of this.#listeners) listener({ method, params, sessionId });
      return;
    }
    const { resolve, reject, what } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(`${what}: ${error.message}`));
  }

  /** Asks for something of the protocol. */
  ask(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Chromium does not answer to ${method}`)), patience);
      const settle = (settled) => (value) => {
        clearTimeout(timer);
        settled(value);
      };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject), what: method });
      this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /**
   * Opens a page in a tab of its own.
   * @param {string} url
   * @param {{ width: number, height: number, scale?: number, isPhone?: boolean, media?: 'print' }} [device]
   *   `scale`: pixels of the screen for one of CSS, @default 1; `media`: @default what is asked for, the screen or paper
   */
  async open(url, { width, height, scale = 1, isPhone = false, media = '' } = { width: 1280, height: 900 }) {
    const { targetId } = await this.ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.ask('Target.attachToTarget', { targetId, flatten: true });
    const tab = new Tab(this, targetId, sessionId);
    this.#listeners.add((event) => event.sessionId === sessionId && tab.hear(event));
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await tab.ask(`${domain}.enable`);
    await tab.ask('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: scale, mobile: isPhone });
    await tab.ask('Emulation.setEmulatedMedia', { media });
    const { errorText } = await tab.ask('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
    await tab.loaded;
    return tab;
  }
}

class Tab {
  #browser;
  #target;
  #session;
  #isLoaded;
  /** What the page complained of. @type {string[]} */
  errors = [];
  /** What it asked for. @type {string[]} */
  requests = [];
  loaded = new Promise((resolve) => {
    this.#isLoaded = resolve;
  });

  constructor(browser, target, session) {
    this.#browser = browser;
    this.#target = target;
    this.#session = session;
  }

  hear({ method, params }) {
    if (method === 'Page.loadEventFired') this.#isLoaded();
    if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
    if (method === 'Log.entryAdded') this.errors.push(params.entry.text);
    if (method === 'Runtime.consoleAPICalled') this.errors.push(JSON.stringify(params.args));
    if (method === 'Runtime.exceptionThrown') this.errors.push(params.exceptionDetails.text);
  }

  ask(method, params) {
    return this.#browser.ask(method, params, this.#session);
  }

  /** @param {string} expression of JavaScript @returns {Promise<any>} its value */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.ask('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  }

  /**
   * What one element looks like, also below the window.
   * @param {string} selector @param {number} index of those that it finds
   * @returns {Promise<Buffer>} a PNG
   */
  async screenshot(selector, index) {
    const clip = await this.evaluate(`(() => {
      const { x, y, width, height } = document.querySelectorAll(${JSON.stringify(selector)})[${index}].getBoundingClientRect();
      return { x, y, width, height, scale: 1 };
    })()`);
    const { data } = await this.ask('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip });
    return Buffer.from(data, 'base64');
  }

  /** @param {{ width: number, height: number }} paper in inches @returns {Promise<Buffer>} a PDF */
  async print({ width, height }) {
    const { data } = await this.ask('Page.printToPDF', {
      paperWidth: width,
      paperHeight: height,
      preferCSSPageSize: true,
    });
    return Buffer.from(data, 'base64');
  }

  /** What a reader of the screen is told: each node of the page with its role and name. */
  async accessibility() {
    const { nodes } = await this.ask('Accessibility.getFullAXTree');
    return nodes.flatMap(({ ignored, role, name }) =>
      ignored ? [] : [{ role: role?.value ?? '', name: name?.value ?? '' }],
    );
  }

  close() {
    return this.#browser.ask('Target.closeTarget', { targetId: this.#target });
  }
}
