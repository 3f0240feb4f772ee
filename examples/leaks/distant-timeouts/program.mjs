// Reminders as timeouts, days ahead. When a task is done early, its reminder is not cancelled.

class Task {
  constructor(title, dueInDays) {
    this.title = title;
    this.dueInDays = dueInDays;
    this.isDone = false;
    this.notes = [`created with ${dueInDays} days to go`];
  }
}

const statistics = { done: 0, reminded: 0 };

function remind(task) {
  if (task.isDone) return;
  statistics.reminded++;
}

function addTask(title, dueInDays) {
  const task = new Task(title, dueInDays);
  setTimeout(remind, dueInDays * 24 * 3600 * 1000, task).unref();
  return task;
}

function finish(task) {
  task.isDone = true;
  statistics.done++;
}

export function round(number) {
  for (let index = 0; index < 200; index++) finish(addTask(`task ${number}.${index}`, 1 + (index % 3)));
}
