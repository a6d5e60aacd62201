// Delivers the outbox, and deletes only what the server has acknowledged by id and digest.

const AT_ONCE = 20;
const SHORTEST = 1000;
const LONGEST = 300_000;
const QUIET = 30_000;
const KEPT_BY_SERVER = new Set([200, 201, 409]);
const REFUSED = 422;

export class Delivery {
  constructor(outbox, { onChange, onRevoked }) {
    this.outbox = outbox;
    this.onChange = onChange;
    this.onRevoked = onRevoked;
    this.wait = SHORTEST;
    this.timer = 0;
    window.addEventListener("online", () => this.soon());
    document.addEventListener("visibilitychange", () => document.hidden || this.soon());
  }

  soon() {
    this.wait = SHORTEST;
    this.after(0);
  }

  after(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), milliseconds);
  }

  /** One turn at a time, in all tabs of this device together. */
  async turn() {
    await navigator.locks.request("huisheng-delivery", { ifAvailable: true }, async (lock) => {
      if (!lock) return this.after(QUIET);
      let delivered = false;
      try {
        delivered = await this.deliver();
      } catch {
        delivered = false; // no network, or a reply that is none of ours: the copies stay
      }
      await this.onChange();
      this.wait = delivered ? SHORTEST : Math.min(this.wait * 2, LONGEST);
      const left = (await this.waiting()).length;
      this.after(delivered ? (left ? 0 : QUIET) : this.wait * (0.5 + Math.random() / 2));
    });
  }

  async waiting() {
    return (await this.outbox.all()).filter((submission) => !submission.refused);
  }

  /** True when everything that was sent is settled. */
  async deliver() {
    const device = await this.outbox.device();
    const batch = (await this.waiting()).slice(0, AT_ONCE);
    if (!device || !batch.length) return true;
    const reply = await fetch("/api/v1/submissions", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${device.token}` },
      body: JSON.stringify(batch),
      cache: "no-store",
    });
    if (reply.status === 401) this.onRevoked();
    if (reply.status !== 200) return false;
    const acknowledged = new Map((await reply.json()).map((each) => [each.id, each]));
    const settled = await Promise.all(batch.map((submission) => this.settle(submission, acknowledged.get(submission.id))));
    return settled.every(Boolean);
  }

  async settle(submission, acknowledgement) {
    if (acknowledgement?.sha256 !== submission.sha256) return false;
    if (KEPT_BY_SERVER.has(acknowledgement.status)) await this.outbox.remove(submission.id);
    else if (acknowledgement.status === REFUSED) await this.outbox.refuse(submission, acknowledgement.errors ?? []);
    else return false;
    return true;
  }
}
