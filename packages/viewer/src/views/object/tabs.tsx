/** Tabs: one of several panels at a time. Arrow keys, Home and End move between them, as ARIA's pattern has it. */
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import "./tabs.css";

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly title: string;
  /** Beside the title, muted. */
  readonly count?: string;
}

export function Tabs<Name extends string>(props: {
  readonly label: string;
  readonly tabs: readonly Tab<Name>[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
  readonly children: ComponentChildren;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const position = props.tabs.findIndex((tab) => tab.name === props.chosen);

  const choose = (index: number): void => {
    const tab = props.tabs[(index + props.tabs.length) % props.tabs.length];
    if (tab === undefined) return;
    props.onChoose(tab.name);
    list.current?.querySelector<HTMLElement>(`[data-name="${tab.name}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = { ArrowRight: position + 1, ArrowLeft: position - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
  };

  return (
    <div class="hs-tabs">
      <div class="hs-tab-list" role="tablist" aria-label={props.label} ref={list} onKeyDown={onKeyDown}>
        {props.tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            class="hs-tab"
            data-name={tab.name}
            id={`${id}-${tab.name}`}
            aria-selected={tab.name === props.chosen}
            aria-controls={`${id}-panel`}
            tabIndex={tab.name === props.chosen ? 0 : -1}
            onClick={() => props.onChoose(tab.name)}
          >
            {tab.title}
            {tab.count !== undefined && <span class="hs-tab-count">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div class="hs-tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.chosen}`}>
        {props.children}
      </div>
    </div>
  );
}
