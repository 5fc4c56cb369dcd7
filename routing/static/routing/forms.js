// Small things of the forms of rules and destinations that htmx does not do by itself.
document.addEventListener("DOMContentLoaded", () => {
    // What a subject template makes of an event stands under its field, not at the end of the form.
    const example = document.getElementById("subject-example");
    const field = document.getElementById("id_config_subject");
    if (example && field) {
        field.parentElement.append(example);
    }
    // Enter tries; it does not save.
    document.getElementById("id_try")?.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
            event.preventDefault();
            document.getElementById("try-button").click();
        }
    });
});
