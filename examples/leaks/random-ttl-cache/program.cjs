// Answers of a slow service, kept for a random number of ticks. How many are there at one time goes up and down.
"use strict";

class Answer {
  constructor(question, expires) {
    this.question = question;
    this.expires = expires;
    this.rows = new Array(1 + Math.floor(Math.random() * 30)).fill(question.length);
  }
}

class TtlCache {
  #answers = new Map();
  #now = 0;

  tick() {
    this.#now++;
    for (const [question, answer] of this.#answers)
      if (answer.expires < this.#now) this.#answers.delete(question);
  }

  get(question) {
    let answer = this.#answers.get(question);
    if (answer === undefined) {
      answer = new Answer(question, this.#now + 1 + Math.floor(Math.random() * 8));
      this.#answers.set(question, answer);
    }
    return answer;
  }
}

const cache = new TtlCache();

exports.round = (number) => {
  for (let tick = 0; tick < 4; tick++) {
    cache.tick();
    const load = 60 + Math.floor(Math.random() * 100) + (number % 5) * 12;
    for (let question = 0; question < load; question++) cache.get(`${number}.${tick}.${question}`);
  }
};
