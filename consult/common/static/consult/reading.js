// What a page says of itself, kept current. All words come from the page.

const fill = (words, values) => words.replace(/%\((\w+)\)[ds]/g, (_, name) => values[name]);

// As `time_left` in the template tags says it; empty once the last second is over.
function timeLeft(words) {
  const until = Date.parse(words.until);
  const seconds = Math.floor(until / 1000) - Math.floor(Date.now() / 1000) + 1;
  if (seconds < 1) return "";
  // Swedish writes a date as ISO does.
  const calendar = new Intl.DateTimeFormat("sv", { timeZone: words.zone });
  const [last, today] = [until, Date.now()].map((time) => Date.parse(calendar.format(time)));
  const days = Math.round((last - today) / 86400000);
  if (days > 1 && seconds > 48 * 3600) return fill(words.days, { days });
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = {
    hours: hours && fill(hours === 1 ? words.hour : words.hours, { hours }),
    minutes: minutes && fill(minutes === 1 ? words.minute : words.minutes, { minutes }),
  };
  if (!hours && !minutes) return words.last;
  const time = hours && minutes ? fill(words.both, parts) : parts.hours || parts.minutes;
  return fill(words.within, { time });
}

function tick() {
  for (const countdown of document.querySelectorAll(".countdown")) {
    const left = timeLeft(countdown.dataset);
    if (left) {
      if (left !== countdown.textContent) countdown.textContent = left;
      continue;
    }
    const phase = countdown.parentElement;
    phase.textContent = countdown.dataset.closed;
    phase.classList.remove("open");
  }
}

if (document.querySelector(".countdown")) setInterval(tick, 1000);

// Who changes to another language or view finds the section again that stood at the top.
function keepPlace() {
  const sections = [...document.querySelectorAll("section[id^='s-']")];
  const reading = sections.findLast((section) => section.getBoundingClientRect().top < 120);
  for (const link of document.querySelectorAll("[data-place]")) {
    link.hash = reading ? reading.id : "";
  }
}

if (document.querySelector("section[id^='s-']")) {
  let waiting = 0;
  addEventListener(
    "scroll",
    () => {
      clearTimeout(waiting);
      waiting = setTimeout(keepPlace, 100);
    },
    { passive: true },
  );
}
