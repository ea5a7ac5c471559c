/** The comm target under which annotations are reached. */
export const TARGET = 'segcourse.annotation';
