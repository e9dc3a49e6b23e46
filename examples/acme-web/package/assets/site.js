document.getElementById("greeting").title = new Date().toISOString();
