// What the kiosk keeps: answers that are not delivered yet, and which device it is. Nothing else is ever stored.

const NAME = "huisheng";
const OUTBOX = "outbox";
const DEVICE = "device";

function done(transaction, result) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(result?.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    transaction.onerror = () => reject(transaction.error);
  });
}

export class Outbox {
  static async open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(OUTBOX, { keyPath: "id" });
      request.result.createObjectStore(DEVICE, { keyPath: "key" });
    };
    const database = await new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("blocked"));
    });
    return new Outbox(database);
  }

  constructor(database) {
    this.database = database;
  }

  /** Resolves when the answer is on the disk: without `strict` a browser says "done" before it has written anything. */
  async add(submission) {
    const transaction = this.write(OUTBOX);
    transaction.objectStore(OUTBOX).add(submission);
    await done(transaction);
  }

  async remove(id) {
    const transaction = this.write(OUTBOX);
    transaction.objectStore(OUTBOX).delete(id);
    await done(transaction);
  }

  /** Set aside what the server refuses for good; it stays until a person has looked at it. */
  async refuse(submission, errors) {
    const transaction = this.write(OUTBOX);
    transaction.objectStore(OUTBOX).put({ ...submission, refused: errors });
    await done(transaction);
  }

  async all() {
    const transaction = this.database.transaction(OUTBOX);
    return done(transaction, transaction.objectStore(OUTBOX).getAll());
  }

  async device() {
    const transaction = this.database.transaction(DEVICE);
    return done(transaction, transaction.objectStore(DEVICE).get(DEVICE));
  }

  async setDevice(device) {
    const transaction = this.write(DEVICE);
    const store = transaction.objectStore(DEVICE);
    device ? store.put({ ...device, key: DEVICE }) : store.delete(DEVICE);
    await done(transaction);
  }

  write(store) {
    return this.database.transaction(store, "readwrite", { durability: "strict" });
  }
}
