// Documents that people edit together, with an undo history: each revision knows the one before it.

class Revision {
  constructor(text, previous) {
    this.text = text;
    this.previous = previous;
    this.number = previous === null ? 0 : previous.number + 1;
  }
}

class Document {
  #latest = new Revision("", null);

  constructor(title) {
    this.title = title;
  }

  edit(change) {
    const text = `${this.#latest.text.slice(-60)} ${change}`;
    this.#latest = new Revision(text.replace(/\s+/g, " ").toLowerCase(), this.#latest);
  }

  undo() {
    this.#latest = this.#latest.previous ?? this.#latest;
  }

  get length() {
    return this.#latest.text.length;
  }
}

const shared = new Document("meeting notes");
const settings = { autosave: true, historyLimit: 100 }; // nobody reads the limit

export function round(number) {
  for (let edit = 0; edit < 300; edit++) {
    shared.edit(`Line ${number}.${edit} says ${shared.length}`);
    if (settings.autosave && edit % 10 === 0) shared.undo();
  }
}
