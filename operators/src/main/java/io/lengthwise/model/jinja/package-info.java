/**
 * A small interpreter of the Jinja templates that models carry, equal to jinja2 as Hugging Face
 * sets it up, without a way out.
 *
 * <p>Templates are downloaded data. What one can reach is a closed list: text, numbers, booleans,
 * lists, maps, and the functions, filters, tests and methods named in this package; nothing is
 * looked up by reflection. All work is charged against a budget, nesting is bounded, and a
 * construct outside the list is an error that names it and its line: never a prompt that is
 * silently wrong.
 */
package io.lengthwise.model.jinja;
