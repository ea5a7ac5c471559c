"""nbgrader for everyone on the hub: where assignments are released to and collected from."""

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "segmentation"
c.Exchange.root = "/srv/nbgrader/exchange"
c.Exchange.timezone = "UTC"
# Each student's submissions can be read by the instructor alone.
c.ExchangeSubmit.add_random_string = True
