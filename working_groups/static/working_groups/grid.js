/* What can be done to the rows and columns of a table that may have merged cells. */
(() => {
  "use strict";

  /** The cells by row and column: a merged one stands in each place that it covers. */
  const grid = (table) => {
    const places = [...table.rows].map(() => []);
    [...table.rows].forEach((row, top) => {
      [...row.cells].forEach((cell) => {
        let left = 0;
        while (places[top][left]) left += 1;
        for (let y = top; y < Math.min(top + cell.rowSpan, places.length); y += 1) {
          for (let x = left; x < left + cell.colSpan; x += 1) places[y][x] = cell;
        }
      });
    });
    return places;
  };

  /** Where `cell` begins: its row and its column. */
  const placeOf = (table, cell) => {
    const row = cell.parentElement.rowIndex;
    return { row, column: grid(table)[row].indexOf(cell) };
  };

  const span = (cell, name, count) => {
    if (count > 1) cell.setAttribute(name, count);
    else cell.removeAttribute(name);
  };

  const made = (like) => {
    const cell = document.createElement(like ? like.localName : "td");
    if (like && like.scope) cell.scope = like.scope;
    return cell;
  };

  /** Adds a row beside that of `cell`: above it (`below` 0), or below it (1). Its first cell. */
  const addRow = (table, cell, below) => {
    const places = grid(table);
    const last = cell.parentElement.rowIndex + (below ? cell.rowSpan - 1 : 0);
    const beside = table.rows[last];
    const next = table.rows[last + 1];
    // Below the names of the columns stand no further names.
    const outOfHead = below && beside.parentElement === table.tHead && next;
    const row = document.createElement("tr");
    const [before, after] = below ? [places[last], places[last + 1]] : [places[last - 1], places[last]];
    const like = outOfHead ? places[last + 1] : places[last];
    const longer = new Set();
    like.forEach((each, column) => {
      if (before && after && before[column] && before[column] === after[column]) longer.add(before[column]);
      else row.append(made(each));
    });
    longer.forEach((each) => span(each, "rowspan", each.rowSpan + 1));
    if (outOfHead) next.before(row);
    else if (below) beside.after(row);
    else beside.before(row);
    return row.cells[0] || cell;
  };

  /** Adds a column beside that of `cell`: before it (`after` 0), or after it (1). */
  const addColumn = (table, cell, after) => {
    const places = grid(table);
    const at = placeOf(table, cell).column + (after ? cell.colSpan : 0);
    const done = new Set();
    places.forEach((row, y) => {
      const [left, right] = [row[at - 1], row[at]];
      if (left && left === right) {
        if (!done.has(left)) span(left, "colspan", left.colSpan + 1);
        done.add(left);
        return;
      }
      const own = [...table.rows[y].cells].find((each) => row.indexOf(each) >= at);
      const added = made(after ? left || right : right || left);
      if (own) own.before(added);
      else table.rows[y].append(added);
    });
    return cell;
  };

  /** Deletes the row where `cell` begins; the cell to go on with. */
  const deleteRow = (table, cell) => {
    if (table.rows.length < 2) return cell;
    const { row: y, column } = placeOf(table, cell);
    const places = grid(table);
    const row = table.rows[y];
    const next = table.rows[y + 1];
    new Set(places[y]).forEach((each) => {
      if (!each || each.rowSpan < 2) return;
      span(each, "rowspan", each.rowSpan - 1);
      if (each.parentElement !== row) return;
      const left = places[y].indexOf(each);
      const own = [...next.cells].find((other) => places[y + 1].indexOf(other) > left);
      if (own) own.before(each);
      else next.append(each);
    });
    const section = row.parentElement;
    row.remove();
    if (!section.rows.length) section.remove();
    const left = grid(table)[Math.min(y, table.rows.length - 1)];
    return left[Math.min(column, left.length - 1)];
  };

  /** Deletes the column where `cell` begins; the cell to go on with. */
  const deleteColumn = (table, cell) => {
    const places = grid(table);
    const { row, column } = placeOf(table, cell);
    if (places[row].length < 2) return cell;
    new Set(places.map((each) => each[column])).forEach((each) => {
      if (!each) return;
      if (each.colSpan > 1) span(each, "colspan", each.colSpan - 1);
      else each.remove();
    });
    const left = grid(table)[row];
    return left[Math.min(column, left.length - 1)] || table.rows[0].cells[0];
  };

  const renamed = (cell, tag, scope) => {
    const other = document.createElement(tag);
    [...cell.attributes].forEach(({ name, value }) => other.setAttribute(name, value));
    if (scope) other.scope = scope;
    else other.removeAttribute("scope");
    other.append(...cell.childNodes);
    cell.replaceWith(other);
  };

  /** Whether the first row can begin or cease to name the columns: no cell reaches below it. */
  const canHead = (table) => [...table.rows[0].cells].every((cell) => cell.rowSpan < 2);

  /** Makes the first row the names of the columns (`head`), or a row like others. */
  const setHead = (table, head) => {
    const row = table.rows[0];
    [...row.cells].forEach((cell) => renamed(cell, head ? "th" : "td", head && "col"));
    const body = table.tBodies[0] || table.createTBody();
    const from = row.parentElement;
    if (head) table.createTHead().append(row);
    else body.prepend(row);
    if (!from.rows.length) from.remove();
  };

  window.consultGrid = { grid, placeOf, addRow, addColumn, deleteRow, deleteColumn, canHead, setHead };
})();
