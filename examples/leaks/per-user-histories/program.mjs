// Learning progress of five hundred users. Each keeps a history of answers, of which only the last ten are ever shown.

class Answer {
  constructor(question, choice) {
    this.question = question;
    this.choice = choice;
    this.correct = (question + choice) % 4 === 0;
  }
}

class Learner {
  history = [];
  score = 0;

  constructor(name) {
    this.name = name;
  }

  answer(question, choice) {
    const answer = new Answer(question, choice);
    this.history.push(answer);
    if (answer.correct) this.score++;
  }

  get shown() {
    return this.history.slice(-10);
  }
}

const learners = new Map(Array.from({ length: 500 }, (_, id) => [id, new Learner(`learner ${id}`)]));

export function round(number) {
  let shown = 0;
  for (const [id, learner] of learners) {
    if ((id + number) % 2 === 0) continue;
    for (let question = 0; question < 4; question++) learner.answer(question, (id * number) % 5);
    shown += learner.shown.length;
  }
  return shown;
}
