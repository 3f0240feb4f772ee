// A store in immutable style. Every dispatch copies the list of notifications with one more; dismissing only hides.

const initial = { user: null, notifications: [], dispatched: 0 };

function reduce(state, action) {
  switch (action.type) {
    case "login":
      return { ...state, user: action.user };
    case "notify":
      return {
        ...state,
        dispatched: state.dispatched + 1,
        notifications: [...state.notifications, { id: action.id, text: action.text, hidden: false }],
      };
    case "dismiss":
      return {
        ...state,
        notifications: state.notifications.map((item) =>
          item.id === action.id ? { ...item, hidden: true } : item,
        ),
      };
    default:
      return state;
  }
}

let state = reduce(initial, { type: "login", user: { name: "operator" } });
const dispatch = (action) => (state = reduce(state, action));

export function round(number) {
  for (let index = 0; index < 120; index++) {
    const id = `${number}-${index}`;
    dispatch({ type: "notify", id, text: `Pump ${index} reports level ${index * 2}` });
    if (index % 2 === 0) dispatch({ type: "dismiss", id });
  }
  return state.notifications.filter((item) => !item.hidden).length;
}
