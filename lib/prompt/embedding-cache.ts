interface Entry<Embedding> {
  made: Promise<Embedding>;
  /** Who waits for it or works with it: it is not given up before they are done. */
  users: number;
}

/** Embeddings of the images that were used last; the oldest is given up for a new one. */
export class EmbeddingCache<Embedding> {
  /** Oldest use first. */
  private readonly entries = new Map<object, Entry<Embedding>>();

  constructor(
    private capacity: number,
    private readonly release: (embedding: Embedding) => void,
  ) {}

  /** Works with an image's embedding, which is made where it is not there; two who ask at once share one. */
  async use<Result>(
    image: object,
    make: () => Promise<Embedding>,
    work: (embedding: Embedding) => Result | Promise<Result>,
  ): Promise<Result> {
    const entry = this.entries.get(image) ?? { made: make(), users: 0 };
    this.entries.delete(image);
    this.entries.set(image, entry);
    entry.users++;
    try {
      const embedding = await entry.made.catch((error) => {
        if (this.entries.get(image) === entry) this.entries.delete(image);
        throw error;
      });
      return await work(embedding);
    } finally {
      entry.users--;
      this.trim();
    }
  }

  /** Gives up all, those in use as soon as they no longer are; later embeddings are not kept. */
  clear(): void {
    this.capacity = 0;
    this.trim();
  }

  private trim(): void {
    for (const [image, { made, users }] of this.entries) {
      if (this.entries.size <= this.capacity) return;
      if (users > 0) continue;
      this.entries.delete(image);
      void made.then(this.release);
    }
  }
}
